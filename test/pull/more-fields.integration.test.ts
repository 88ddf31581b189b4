/** A sender that uses ids as names of fields: columns stay few, nothing is lost, and the history is what columns would have given. */
import { beforeEach, describe, expect, it } from 'vitest'
import { mostUnforeseen } from '../../src/core/history/columns/more-fields.ts'
import type { PinnableField } from '../../src/core/history/columns/pin.ts'
import { loadObject, type LoadedObject } from '../../src/engine/pull/history/load-object.ts'
import type { Change, KnownValue } from '../../src/model/change.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import { deals, integer, march, scriptedCrm, text } from './scripted-crm.ts'

type Values = Readonly<Record<string, KnownValue | null>>

interface Told {
  readonly key: string
  readonly minute: number
  readonly values: Values
  readonly op?: 'update' | 'create' | 'delete'
}

const title: PinnableField = { name: 'title', label: 'Title', kind: 'text' }
const later: PinnableField = { name: 'u1', label: 'u1', kind: 'integer' }

function changeOf({ key, minute, values, op = 'update' }: Told): Change {
  const at = `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000000Z`
  return {
    id: `${key}-${minute}`,
    object: 'deals',
    key,
    op,
    fields: new Map(Object.entries(values)),
    partial: false,
    eventAt: at,
    shownAt: at,
    rank: 0,
    sequence: 0n,
    observedAt: at,
    origin: 'webhook',
    mergedInto: null,
  }
}

const full: Values = Object.fromEntries(
  Array.from({ length: mostUnforeseen }, (_, index) => [`f${index}`, integer(index)]),
)

/** Of two records, with ties in nothing; `u…` are the fields without a column. */
const told: readonly Told[] = [
  { key: '1', minute: 1, op: 'create', values: { title: text('A'), u1: integer(1) } },
  { key: '1', minute: 2, values: { u2: text('Zoë "x"') } },
  { key: '1', minute: 3, values: { u1: null, title: text('B') } },
  { key: '1', minute: 4, values: { u2: text('Zoë "x"') } },
  { key: '1', minute: 5, values: {}, op: 'delete' },
  { key: '1', minute: 6, op: 'create', values: { u3: { kind: 'decimal', text: '1.50' } } },
  { key: '1', minute: 7, values: { u2: null, u3: null } },
  { key: '2', minute: 1, values: { u9: { kind: 'json', text: '{"deep":[1.0,"\\u0000"]}' } } },
  { key: '2', minute: 3, values: { title: text('only') } },
  { key: '2', minute: 4, values: { u9: text('cut \ud83d') } },
]

/** Records of what stands at each version: title, and the members of `more_fields`. */
const expected = [
  ['1', 'A', { u1: '1' }],
  ['1', 'A', { u1: '1', u2: '"Zoë \\"x\\""' }],
  ['1', 'B', { u2: '"Zoë \\"x\\""' }],
  ['1', 'B', { u2: '"Zoë \\"x\\""', u3: '1.50' }],
  ['1', 'B', null],
  ['2', null, { u9: '{"deep":[1.0,"\\u0000"]}' }],
  ['2', 'only', { u9: '{"deep":[1.0,"\\u0000"]}' }],
  ['2', 'only', { u9: '"cut \\ud83d"' }],
]

let world: PullWorld

function load(
  changes: readonly Told[],
  fields: readonly PinnableField[] = [title],
): Promise<LoadedObject> {
  return world.loading((context) => loadObject(context, deals, fields, changes.map(changeOf)))
}

async function history(): Promise<readonly unknown[]> {
  const rows = await world.query(
    'select cast(id as varchar), title, cast(more_fields as varchar) from crm.deal_history where id < 9 order by id, _cdc_start',
  )
  return rows.map(([key, name, more]) => [key, name, more === null ? null : JSON.parse(more ?? '')])
}

/** Every order is one of these, by a fixed rule. */
function shuffled<T>(all: readonly T[], seed: number): readonly T[] {
  return all
    .map((one, index) => [Math.sin(seed * 97 + index * 31), one] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, one]) => one)
}

describe.each(warehouseNames)('in %s', (name) => {
  beforeEach(async () => {
    world = await openPullWorld(name)
    await load([{ key: '9', minute: 0, values: full }])
  })

  it('fields beyond those that get columns stand in one, and are told of once', async () => {
    const first = await load(told.slice(0, 2))
    expect(first.newColumns).toEqual(['more_fields'])
    expect(first.notice).toMatchObject({
      code: 'pull.too_many_columns',
      message:
        'Sync crm: deals has 200 columns for fields that nobody declared, or as many as it may have in all; what else is sent is kept in its column more_fields.',
      place: { file: 'syncs/crm.yaml' },
    })
    expect(await load(told.slice(2))).toMatchObject({ newColumns: [], notice: null })
    expect(await history()).toEqual(expected)
  })

  it('are one history in another order, loaded one by one, and all of it once more', async () => {
    for (const one of shuffled(told, 1)) await load([one])
    await load(shuffled(told, 11))
    expect(await history()).toEqual(expected)
  })

  it('take other kinds of values into one further column of their field', async () => {
    await load([{ key: '1', minute: 1, values: { u1: integer(1), f1: text('x'), f2: text('y') } }])
    await load([{ key: '1', minute: 2, values: { f1: { kind: 'boolean', text: 'true' } } }])
    expect(
      await world.query(
        'select cast(f1__json as varchar), cast(f2__json as varchar) from crm.deals where id = 1',
      ),
    ).toEqual([['true', '"y"']])
  })

  it('leave them when a field is declared and has a column', async () => {
    await load([{ key: '1', minute: 5, values: { u1: integer(5), u2: integer(2) } }])
    await load([{ key: '1', minute: 7, values: { u1: integer(7) } }], [title, later])
    // Older than what was told when there was no column.
    await load([{ key: '1', minute: 3, values: { u1: integer(3) } }], [title, later])
    const rows = await world.query(
      'select cast(u1 as varchar), cast(more_fields as varchar) from crm.deal_history where id = 1 order by _cdc_start',
    )
    expect(rows).toEqual([
      ['3', null],
      [null, '{"u1":"5","u2":"2"}'],
      ['7', '{"u2":"2"}'],
    ])
  })

  it('leave them when a field is declared and a read shows it, whatever it shows, and once', async () => {
    await load([
      { key: '1', minute: 1, values: { title: text('other'), u1: integer(1), u2: integer(2) } },
      { key: '2', minute: 1, values: { title: text('same'), u1: integer(7) } },
      { key: '3', minute: 1, values: { title: text('empty'), u1: integer(1), u2: integer(2) } },
      { key: '4', minute: 1, values: { title: text('none'), u2: integer(2) } },
    ])
    const crm = scriptedCrm()
    crm.fields = [title, later]
    const shown = { 1: 'other', 2: 'same', 3: 'empty', 4: 'none' }
    for (const hour of [11, 12]) {
      for (const [key, called] of Object.entries(shown)) {
        const u1 = called === 'other' || called === 'same' ? integer(7) : null
        crm.put(key, march(`01T${hour}:00:00`), { title: text(called), u1 })
      }
      await world.read(crm.reader)
    }
    const rows = await world.query(
      'select title, cast(u1 as varchar), cast(more_fields as varchar) from crm.deal_history where id < 9 order by id, _cdc_start',
    )
    expect(rows).toEqual([
      ['other', null, '{"u1":"1","u2":"2"}'],
      ['other', '7', '{"u2":"2"}'],
      ['same', null, '{"u1":"7"}'],
      ['same', '7', null],
      ['empty', null, '{"u1":"1","u2":"2"}'],
      ['empty', null, '{"u2":"2"}'],
      ['none', null, '{"u2":"2"}'],
    ])
  })

  it('are found by who is to be erased', async () => {
    await load(told)
    const { objects } = await world.erase({ value: 'zoë "x"' })
    expect(objects).toMatchObject([{ records: 1 }])
    expect(
      await world.query('select cast(id as varchar) from crm.deal_history where id = 1'),
    ).toEqual([])
  })
})

it('are the same where the history is a view', async () => {
  world = await openPullWorld('DuckDB', dealsPull({ history: { form: 'view', preset: 'cdc' } }))
  await load([{ key: '9', minute: 0, values: full }])
  await load(shuffled(told, 4))
  expect(await history()).toEqual(expected)
})

it.each(['table', 'view'] as const)(
  'that are declared later are known from what was told before, in a %s',
  async (form) => {
    world = await openPullWorld('DuckDB', dealsPull({ history: { form, preset: 'cdc' } }))
    await load([{ key: '9', minute: 0, values: full }])
    await load([
      { key: '1', minute: 1, values: { title: text('empty'), u1: null } },
      { key: '2', minute: 1, values: { title: text('full'), u1: integer(2) } },
      { key: '3', minute: 1, values: { title: text('unknown'), u2: null } },
    ])
    const crm = scriptedCrm()
    crm.fields = [title, later]
    for (const [key, name] of Object.entries({ 1: 'empty', 2: 'full', 3: 'unknown' })) {
      crm.put(key, march('01T11:00:00'), { title: text(name), u1: integer(7) })
    }
    await world.read(crm.reader)
    const rows = await world.query(
      'select title, cast(u1 as varchar) from crm.deal_history where id < 9 order by id, _cdc_start',
    )
    expect(rows).toEqual([
      ['empty', null],
      ['empty', '7'],
      ['full', null],
      ['full', '7'],
      ['unknown', '7'],
    ])
  },
)
