import { describe, expect, it } from 'vitest'
import { explainRecord } from '../../src/engine/pull/history/explain-record.ts'
import type { KnownValue } from '../../src/model/change.ts'
import type { PullSync } from '../../src/model/sync.ts'
import type { Row } from '../../src/model/value.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import { deals, integer, scriptedCrm, type ScriptedCrm, text } from './scripted-crm.ts'

const table = { schema: 'old_crm', table: 'deal_history' }
const at = (time: string): string => `2026-02-${time}.000000Z`
const amount = (given: string): KnownValue => ({ kind: 'decimal', text: given })

interface OldRow {
  readonly id?: string | null
  readonly start: string | null
  readonly end?: string | null
  readonly active?: boolean | null
  readonly title?: string | null
  readonly value?: string | null
  readonly labels?: string | null
  readonly closed?: string | null
}

/** As tools have it that know doubles, texts and times without a zone alone. */
async function oldTable(world: PullWorld, rows: readonly OldRow[]): Promise<void> {
  const literal = (value: string | boolean | null | undefined): string =>
    value === null || value === undefined ? 'null' : `'${value}'`
  const values = rows.map(
    ({ id = '1', start, end, active, title, value, labels, closed }) =>
      `(${[id, start, end, active ?? (end === undefined || end === null), title, value, labels, closed].map(literal).join(', ')})`,
  )
  await world.execute(
    'create schema old_crm',
    'create table old_crm.deal_history (id double precision, _cdc_start timestamp, _cdc_end timestamp, _cdc_active boolean, title text, "value" double precision, labels text, closed timestamp, _synced_by text)',
    `insert into old_crm.deal_history (id, _cdc_start, _cdc_end, _cdc_active, title, "value", labels, closed) values ${values.join(', ')}`,
  )
}

describe.each(warehouseNames)('versions of another tool, taken over into %s,', (name) => {
  const open = async (
    rows: readonly OldRow[],
    changes: Partial<PullSync> = {},
  ): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> => {
    const world = await openPullWorld(name, dealsPull(changes))
    const crm = scriptedCrm()
    crm.fields = [
      { name: 'title', label: 'Title', kind: 'text' },
      { name: 'value', label: 'Value', kind: 'decimal' },
      { name: 'labels', label: 'Labels', kind: 'json' },
      { name: 'closed', label: 'Closed', kind: 'timestamp_tz' },
    ]
    await oldTable(world, rows)
    return { world, crm }
  }
  /** `[start, end, dirty, title, value]` */
  const versionsOf = async (world: PullWorld, key = '1'): Promise<readonly unknown[]> => {
    const { versions } = await explainRecord(world.warehouse, 'syncline', dealsPull(), deals, key)
    return versions.map(({ start, end, dirty, values }) => [
      start,
      end,
      dirty,
      values['title'],
      (values['value'] ?? null) === null ? null : Number(values['value']),
    ])
  }
  const left = (world: PullWorld): Promise<readonly Row[]> =>
    world.query('select "key", status, reason, message from syncline.operations order by sequence')

  it('are what the CRM says they are, and the first read finds nothing new', async () => {
    const { world, crm } = await open([
      { start: '2026-02-01 10:00:00', end: '2026-02-02 10:00:00', title: '', value: '0.1' },
      {
        start: '2026-02-02 10:00:00',
        title: 'A',
        value: '1234567.89',
        labels: '[ 7, "b", {"z": 1, "a": 1.50} ]',
        closed: '2026-02-02 09:00:00.123456',
      },
      { id: '2', start: '2026-02-01 10:00:00' },
    ])
    const { objects } = await world.takeOver(crm.reader, { table })
    expect(objects[0]).toMatchObject({ read: 3, added: 3, versions: { taken: 3, left: [] } })
    crm.put('1', at('02T09:59:58'), {
      title: text('A'),
      value: amount('1234567.89'),
      labels: { kind: 'json', text: '[7,"b",{"a":1.50,"z":1}]' },
      closed: { kind: 'timestamp_tz', text: '2026-02-02T09:00:00.123456Z' },
    })
    crm.put('2', at('01T09:00:00'), { title: null, value: null, labels: null, closed: null })
    expect((await world.read(crm.reader)).objects[0]).toMatchObject({
      read: 2,
      added: 0,
      drift: { created: 0, changed: 0, deleted: 0 },
    })
    expect(await versionsOf(world)).toEqual([
      [at('01T10:00:00'), at('02T10:00:00'), false, '', 0.1],
      [at('02T10:00:00'), null, false, 'A', 1234567.89],
    ])
    // Null stays null and is no empty text.
    expect(await versionsOf(world, '2')).toEqual([[at('01T10:00:00'), null, false, null, null]])
    const { changes } = await explainRecord(world.warehouse, 'syncline', dealsPull(), deals, '1')
    expect(changes.map(({ origin, op }) => [origin, op])).toEqual([
      ['takeover', 'read'],
      ['takeover', 'read'],
    ])
  })

  it('that know fewer fields are completed by the first read, and each change then is one version', async () => {
    const { world, crm } = await open([
      { start: '2026-02-01 10:00:00', end: '2026-02-02 10:00:00', title: 'A', value: '1' },
      { start: '2026-02-02 10:00:00', title: 'B', value: '1' },
      { id: '2', start: '2026-02-01 10:00:00', title: 'C', value: '1' },
    ])
    crm.fields = [
      ...crm.fields,
      { name: 'stage', label: 'Stage', kind: 'text' },
      { name: 'chance', label: 'Chance', kind: 'integer' },
    ]
    const same = { value: amount('1'), labels: null, closed: null }
    const put = (key: string, time: string, title: string, stage: string, chance: bigint | null) =>
      crm.put(key, at(time), {
        ...same,
        title: text(title),
        stage: text(stage),
        chance: chance === null ? null : integer(chance),
      })
    const versions = (): Promise<readonly Row[]> =>
      world.query(
        'select cast(id as text), title, stage, cast(chance as text) from crm.deal_history order by id, _cdc_start',
      )
    const seen = async (): Promise<unknown> => (await world.read(crm.reader)).objects[0]
    const none = { created: 0, changed: 0, deleted: 0, withheld: 0, fields: {} }
    await world.takeOver(crm.reader, { table })
    // One changed since, in nothing that was known of it; the other has not.
    put('1', '05T10:00:00', 'B', 'won', null)
    put('2', '01T09:00:00', 'C', 'open', null)
    expect(await seen()).toMatchObject({ read: 2, added: 2, completed: 2, drift: none })
    expect(await versions()).toEqual([
      ['1', 'A', null, null],
      ['1', 'B', 'won', null],
      ['2', 'C', 'open', null],
    ])
    expect(await seen()).toMatchObject({ read: 2, added: 0, completed: 0, drift: none })
    // That it had no chance was known by then, and its timestamp does not tell that it has one now.
    put('1', '05T10:00:00', 'B', 'won', 50n)
    put('2', '06T10:00:00', 'C', 'lost', null)
    const drift = { ...none, changed: 2, fields: { stage: 1, chance: 1 } }
    expect(await seen()).toMatchObject({ read: 2, added: 2, completed: 0, drift })
    const all = [
      ['1', 'A', null, null],
      ['1', 'B', 'won', null],
      ['1', 'B', 'won', '50'],
      ['2', 'C', 'open', null],
      ['2', 'C', 'lost', null],
    ]
    expect(await versions()).toEqual(all)
    await world.takeOver(crm.reader, { table })
    expect(await versions()).toEqual(all)
  })

  it('go over into ours without a gap or an overlap where something changed meanwhile', async () => {
    const { world, crm } = await open([{ start: '2026-02-01 10:00:00', title: 'A', value: '1' }])
    await world.takeOver(crm.reader, { table })
    crm.put('1', at('05T10:00:00'), { title: text('B'), value: amount('1') })
    await world.read(crm.reader)
    expect(await versionsOf(world)).toEqual([
      [at('01T10:00:00'), at('05T10:00:00'), false, 'A', 1],
      [at('05T10:00:00'), null, false, 'B', 1],
    ])
    // The other tool goes on: what is later than our own history is ours to tell.
    await world.execute(
      `update old_crm.deal_history set _cdc_end = '2026-02-05 10:07:00', _cdc_active = false`,
      `insert into old_crm.deal_history (id, _cdc_start, _cdc_active, title, "value") values (1, '2026-02-05 10:07:00', true, 'C', 1)`,
    )
    const { objects } = await world.takeOver(crm.reader, { table })
    expect(objects[0]?.versions).toEqual({
      taken: 0,
      known: 1,
      left: [{ reason: 'version.overtaken', outcome: 'skipped', rows: 1 }],
    })
    expect(await versionsOf(world)).toHaveLength(2)
  })

  it('stand before what the CRM told of a record that was read first', async () => {
    const { world, crm } = await open([
      { start: '2026-02-01 10:00:00', end: '2026-02-04 10:00:00', title: 'A' },
      { start: '2026-02-04 10:00:00', title: 'B' },
    ])
    crm.put('1', at('04T09:00:00'), { title: text('B'), value: amount('1') })
    await world.read(crm.reader)
    await world.takeOver(crm.reader, { table })
    expect(await versionsOf(world)).toEqual([
      [at('01T10:00:00'), at('04T09:00:00'), false, 'A', null],
      [at('04T09:00:00'), null, false, 'B', 1],
    ])
  })

  it('end where the other tool saw the record end, and begin anew where it came back', async () => {
    const { world, crm } = await open([
      { start: '2026-02-01 10:00:00', end: '2026-02-02 10:00:00', title: 'A' },
      { start: '2026-02-03 10:00:00', end: '2026-02-04 10:00:00', title: 'B' },
      // Two that overlap: the next one's beginning counts.
      { id: '2', start: '2026-02-01 10:00:00', end: '2026-02-03 10:00:00', title: 'A' },
      { id: '2', start: '2026-02-02 10:00:00', title: 'B' },
      // Over, and nobody knows since when.
      { id: '3', start: '2026-02-01 10:00:00', active: false, title: 'A' },
      // An end that some tools write for none.
      {
        id: '4',
        start: '2026-02-01 10:00:00',
        end: '9999-12-31 00:00:00',
        active: true,
        title: 'A',
      },
    ])
    await world.takeOver(crm.reader, { table })
    expect(await versionsOf(world, '1')).toEqual([
      [at('01T10:00:00'), at('02T10:00:00'), false, 'A', null],
      [at('03T10:00:00'), at('04T10:00:00'), false, 'B', null],
    ])
    expect(await versionsOf(world, '2')).toEqual([
      [at('01T10:00:00'), at('02T10:00:00'), false, 'A', null],
      [at('02T10:00:00'), null, false, 'B', null],
    ])
    expect(await versionsOf(world, '3')).toEqual([[at('01T10:00:00'), null, true, 'A', null]])
    expect(await versionsOf(world, '4')).toEqual([[at('01T10:00:00'), null, false, 'A', null]])
  })

  it('that are none are counted, listed with their reasons, and no reason to take half of the rest', async () => {
    const { world, crm } = await open([
      { id: null, start: '2026-02-01 10:00:00' },
      { id: '1.5', start: '2026-02-01 10:00:00' },
      { start: null },
      { start: '2026-02-01 10:00:00', end: '2026-02-01 10:00:00', title: 'empty' },
      { start: '2026-02-01 10:00:00', end: '2026-02-02 10:00:00', title: 'short' },
      { start: '2026-02-01 10:00:00', end: '2026-02-03 10:00:00', title: 'long' },
      { start: '2026-02-03 10:00:00', title: 'B', value: 'NaN' },
      { id: '2', start: '2026-02-01 10:00:00', labels: 'not json' },
      { id: '3', start: '2026-02-01 10:00:00', title: 'fine' },
    ])
    const { objects, error } = await world.takeOver(crm.reader, { table })
    expect(error).toBeNull()
    expect(objects[0]?.read).toBe(9)
    expect(objects[0]?.versions).toMatchObject({ taken: 2, known: 0 })
    const told = await left(world)
    expect(told.map(([key, status, reason]) => `${key} ${status} ${reason}`).toSorted()).toEqual([
      '1 rejected version.bad_time',
      '1 rejected version.empty',
      '1 rejected version.same_start',
      '1 rejected version.value',
      '2 rejected version.value',
      'null rejected version.no_key',
      'null rejected version.no_key',
    ])
    expect(told.map(([, , , message]) => message)).toContain('labels is no JSON')
    expect(
      await world.query(
        'select cast(rejected as text), cast(delivered as text) from syncline.runs',
      ),
    ).toEqual([['7', '2']])
    await world.erase({ object: 'deals', id: '2' })
    expect((await left(world)).some(([key]) => key === '2')).toBe(false)
    // What could not be read is a gap: the version before it is in doubt, until the CRM is asked.
    expect(await versionsOf(world)).toEqual([[at('01T10:00:00'), null, true, 'long', null]])
    crm.put('1', at('03T10:00:00'), { title: text('B'), value: amount('2') })
    await world.read(crm.reader)
    expect(await versionsOf(world)).toEqual([
      [at('01T10:00:00'), at('03T10:00:00'), false, 'long', null],
      [at('03T10:00:00'), null, false, 'B', 2],
    ])
  })

  it('are only counted by a dry run, and never written to', async () => {
    const { world, crm } = await open([
      { start: '2026-02-01 10:00:00', title: 'A' },
      { id: '2', start: null },
    ])
    const before = await world.query(
      'select cast(count(*) as text), max(title) from old_crm.deal_history',
    )
    const { objects } = await world.takeOver(crm.reader, { table, dryRun: true })
    expect(objects[0]).toMatchObject({ read: 2, added: 0, versions: { taken: 1 } })
    expect(await left(world)).toEqual([])
    expect(await world.warehouse.session((one) => one.columns('crm', 'deal_history'))).toBeNull()
    await world.takeOver(crm.reader, { table })
    expect(
      await world.query('select cast(count(*) as text), max(title) from old_crm.deal_history'),
    ).toEqual(before)
  })

  it('keep out who was erased, what is excluded, and values that are hashed', async () => {
    const { world, crm } = await open(
      [
        { start: '2026-02-01 10:00:00', title: 'secret', value: '1' },
        { id: '2', start: '2026-02-01 10:00:00', title: 'gone' },
      ],
      {
        fields: {
          only: [],
          exclude: ['deals.value'],
          include: [],
          hash: ['deals.title'],
          hashSecret: 'a secret of sixteen letters',
        },
      },
    )
    await world.erase({ object: 'deals', id: '2' })
    const { objects } = await world.takeOver(crm.reader, { table })
    expect(objects[0]?.versions).toMatchObject({
      taken: 1,
      left: [{ reason: 'version.erased', outcome: 'skipped', rows: 1 }],
    })
    const rows = await world.query('select title from crm.deal_history')
    expect(rows).toEqual([[expect.stringMatching(/^[0-9a-f]{64}$/)]])
    expect((await left(world)).map(([key]) => key)).toEqual([null])
  })

  it('are refused where it is not clear what they say', async () => {
    const { world, crm } = await open([{ start: '2026-02-01 10:00:00', title: 'A' }])
    const refused = (changes: object): Promise<unknown> =>
      world.takeOver(crm.reader, { table, ...changes }).catch((error: unknown) => error)
    const said = { mapped: [], kept: [], ignored: [] }
    expect(await refused({ table: { schema: 'old_crm', table: 'dael_history' } })).toMatchObject({
      code: 'pull.no_old_table',
    })
    expect(await refused({ table: { schema: 'crm', table: 'deal_history' } })).toMatchObject({
      code: 'pull.own_table',
    })
    expect(await refused({ key: 'deal_id' })).toMatchObject({
      code: 'pull.no_versions',
      message: 'old_crm.deal_history has no column deal_id, as a table of the preset cdc would.',
    })
    await world.execute('alter table old_crm.deal_history rename column labels to old_labels')
    expect(await refused({})).toMatchObject({
      code: 'pull.unmatched_columns',
      message: 'old_crm.deal_history: no one field of deals is meant by old_labels.',
    })
    const mapped = [{ object: 'deals', column: 'old_labels', field: 'lables' }]
    expect(await refused({ columns: { ...said, mapped } })).toMatchObject({
      code: 'pull.column_choice',
      message: 'old_crm.deal_history: there is no field lables; did you mean labels?',
    })
    expect(await world.query('select reason from syncline.operations')).toEqual([])
    const ignored = ['deals.old_*']
    const { objects } = await world.takeOver(crm.reader, { table, columns: { ...said, ignored } })
    expect(objects[0]?.versions?.taken).toBe(1)
    // A field that the CRM does not have any more has a column all the same, if somebody says so.
    const kept = ['deals.old_labels']
    await world.execute(`update old_crm.deal_history set old_labels = 'x'`)
    await world.takeOver(crm.reader, { table, columns: { ...said, kept } })
    expect(await world.query('select title, old_labels from crm.deals')).toEqual([['A', 'x']])
  })
})
