import { describe, expect, it } from 'vitest'
import { loadObject } from '../../src/engine/pull/history/load-object.ts'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import {
  crmOfFourDeals,
  deals,
  heard,
  integer,
  march,
  type ScriptedCrm,
  text,
} from './scripted-crm.ts'

/** Deals 1 to 4 were read, and 2 once more after it changed. */
async function open(
  name: WarehouseName,
  form: 'table' | 'view' = 'table',
): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> {
  const wholeReadEveryMs = Number.POSITIVE_INFINITY
  const history = { form, preset: 'cdc' } as const
  const world = await openPullWorld(name, dealsPull({ wholeReadEveryMs, history }))
  const crm = crmOfFourDeals()
  await world.read(crm.reader)
  crm.now = march('03T00:00:00')
  crm.put('2', march('02T08:00:00'), { title: text('deal 2'), value: integer(2) })
  await world.read(crm.reader)
  crm.now = march('04T00:00:00')
  return { world, crm }
}

function load(world: PullWorld, crm: ScriptedCrm, time: string, value: number): Promise<unknown> {
  return world.loading((context) =>
    loadObject(context, deals, crm.fields, [
      heard('1', march(time), new Map([['value', integer(value)]])),
    ]),
  )
}

const versions = 'select cast(id as text), cast(value as text) from crm.deal_history order by 1, 2'
const all = [
  ['1', '1'],
  ['2', '1'],
  ['2', '2'],
  ['3', '1'],
  ['4', '1'],
]
const current = [['1', '1'], ['2', '2'], ...all.slice(3)]
const log = 'crm.deals_changes'
const past = 'crm.deal_history__past'
const latest = 'crm.deal_history__latest'
const views = ['drop view crm.deal_history', 'drop view crm.deals']
const dropped = (...tables: readonly string[]): readonly string[] => [
  ...views,
  ...tables.map((table) => `drop table ${table}`),
]
const told = (table: string): object => ({
  code: 'pull.dropped_tables',
  message: expect.stringContaining(table) as string,
})

describe.each(warehouseNames)('tables that somebody dropped, in %s,', (name) => {
  it.each<[string, readonly string[]]>([
    ['former versions', [past]],
    ['all versions', [past, latest]],
  ])('are made anew from the log, and the run says so: %s', async (_, tables) => {
    const { world, crm } = await open(name)
    await world.execute(...dropped(...tables))
    expect(await world.read(crm.reader)).toMatchObject({
      state: 'succeeded',
      objects: [{ isRebuilt: true, wholeFor: null, added: 0 }],
    })
    expect(await world.query(versions)).toEqual(all)
    expect(await world.read(crm.reader)).toMatchObject({ objects: [{ isRebuilt: false }] })
  })

  it.each([past, latest])(
    'are filled again from the log where a column of %s is gone',
    async (table) => {
      const { world, crm } = await open(name)
      await world.execute(...views, `alter table ${table} drop column value`)
      expect(await world.read(crm.reader)).toMatchObject({
        state: 'succeeded',
        objects: [{ isRebuilt: true, wholeFor: null, added: 0 }],
      })
      expect(await world.query(versions)).toEqual(all)
    },
  )

  it('stop a run where a column of the log is gone, until somebody says to go on without what it held', async () => {
    const { world, crm } = await open(name)
    await world.execute(`alter table ${log} drop column value`)
    const lost = {
      code: 'pull.dropped_columns',
      message: `Sync crm keeps deals in columns that are not there any more: value of ${log}.`,
    }
    expect(await world.read(crm.reader)).toMatchObject({ state: 'failed', error: lost })
    await expect(load(world, crm, '03T10:00:00', 3)).rejects.toMatchObject(lost)
    const reconcile = { kind: 'reconcile', dryRun: true } as const
    expect(await world.read(crm.reader, reconcile)).toMatchObject({ error: lost })
    expect(await world.query(versions)).toEqual(all)
    expect(await world.read(crm.reader, { force: true })).toMatchObject({
      state: 'succeeded',
      // Nobody knows any more that there were others: those of now stand for the version that is active.
      objects: [{ isRebuilt: true, wholeFor: 'dropped tables', completed: 4 }],
    })
    expect(
      await world.query('select cast(id as text), cast(value as text) from crm.deals order by 1'),
    ).toEqual(current)
    await load(world, crm, '05T10:00:00', 3)
    expect(await world.query('select cast(value as text) from crm.deals where id = 1')).toEqual([
      ['3'],
    ])
  })

  it('stop a run, whatever was said, where a column is gone by which changes are sorted', async () => {
    const { world, crm } = await open(name)
    await world.execute(...views, `alter table ${log} drop column _sequence`)
    expect(await world.read(crm.reader, { force: true })).toMatchObject({
      error: { code: 'pull.dropped_columns' },
    })
  })

  it('are made anew of a history that is a view, too', async () => {
    const { world, crm } = await open(name, 'view')
    await world.execute(...dropped(latest))
    expect(await world.read(crm.reader)).toMatchObject({ objects: [{ isRebuilt: true, added: 0 }] })
    expect(await world.query(versions)).toEqual(all)
  })

  it.each<[string, readonly string[], string]>([
    ['the log', [log], `${past}, ${latest} is`],
    ['all of them', [log, past, latest], 'is not there any more.'],
  ])('stop a run where the log is gone: %s', async (_, tables, message) => {
    const { world, crm } = await open(name)
    await world.execute(...dropped(...tables))
    expect(await world.read(crm.reader)).toMatchObject({ state: 'failed', error: told(message) })
    await expect(load(world, crm, '03T10:00:00', 3)).rejects.toMatchObject(told(log))
    const reconcile = { kind: 'reconcile', dryRun: true } as const
    expect(await world.read(crm.reader, reconcile)).toMatchObject({ error: told(log) })
    expect(
      await world.query(`select table_name from information_schema.tables
      where table_schema = 'crm' order by 1`),
    ).toHaveLength(3 - tables.length)
  })

  it('stop a load of webhooks, which go on once a run has made the versions anew', async () => {
    const { world, crm } = await open(name)
    await world.execute(...dropped(latest))
    await expect(load(world, crm, '03T10:00:00', 3)).rejects.toMatchObject(told(latest))
    await world.read(crm.reader)
    await load(world, crm, '03T10:00:00', 3)
    expect(await world.query(versions)).toEqual([['1', '1'], ['1', '3'], ...all.slice(1)])
  })

  it('begin anew by a word alone, and then everything is read', async () => {
    const { world, crm } = await open(name)
    await world.execute('drop schema crm cascade')
    expect(await world.read(crm.reader)).toMatchObject({ error: told(log) })
    expect(await world.read(crm.reader, { force: true })).toMatchObject({
      state: 'succeeded',
      objects: [{ since: null, wholeFor: 'dropped tables', read: 4, added: 4 }],
    })
    expect(await world.query(versions)).toEqual(current)
    expect(await world.read(crm.reader)).toMatchObject({
      objects: [{ since: expect.any(String) as string, wholeFor: null }],
    })
  })

  it('do not begin anew beside versions of which the log is gone, whatever is said', async () => {
    const { world, crm } = await open(name)
    await world.execute(...dropped(log))
    expect(await world.read(crm.reader, { force: true })).toMatchObject({ error: told(log) })
  })

  it('may come back older than the position: then everything is read', async () => {
    const { world, crm } = await open(name)
    const copy = (from: string, to: string): readonly string[] =>
      ['deals_changes', 'deal_history__past', 'deal_history__latest'].map(
        (table) => `create table ${to}.${table} as select * from ${from}.${table}`,
      )
    await world.execute('create schema backup', ...copy('crm', 'backup'))
    await load(world, crm, '03T09:00:00', 9)
    crm.put('1', march('03T09:00:00'), { title: text('deal 1'), value: integer(9) })
    crm.records.delete('4')
    await world.read(crm.reader, { selection: { by: 'ids', ids: ['4'] } })
    crm.now = march('06T00:00:00')
    await world.read(crm.reader)
    await world.execute('drop schema crm cascade')
    await world.read(crm.reader)
    await world.execute('create schema crm', ...copy('backup', 'crm'))
    expect(await world.read(crm.reader)).toMatchObject({
      objects: [{ since: null, wholeFor: 'dropped tables', drift: { changed: 1, deleted: 1 } }],
    })
  })
})
