import { describe, expect, it } from 'vitest'
import { explainRecord } from '../../src/engine/pull/history/explain-record.ts'
import { fetchDirty } from '../../src/engine/pull/events/dirty.ts'
import { loadObject } from '../../src/engine/pull/history/load-object.ts'
import type { PullSync } from '../../src/model/sync.ts'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld, pullWorldOn } from './pull-world.ts'
import {
  crmOfFourDeals,
  deals,
  heard,
  integer,
  march,
  type ScriptedCrm,
  text,
} from './scripted-crm.ts'

const never = { wholeReadEveryMs: Number.POSITIVE_INFINITY }
/** Deals 1 to 4 were read; since then 2 changed. */
async function open(
  name: WarehouseName,
): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> {
  const world = await openPullWorld(name, dealsPull(never))
  const crm = crmOfFourDeals()
  await world.read(crm.reader)
  crm.now = march('03T00:00:00')
  crm.put('2', march('02T08:00:00'), { title: text('deal 2'), value: integer(2) })
  return { world, crm }
}

/** The world after its sync was edited. */
function edited(world: PullWorld, changes: Partial<PullSync>): Omit<PullWorld, 'close'> {
  return pullWorldOn(world, dealsPull({ ...never, ...changes }), world.clock)
}

const renamed = {
  history: '{singular}_versions',
  current: '{object}_now',
  changes: '{object}_log',
}

describe.each(warehouseNames)('a sync that names its tables otherwise, in %s,', (name) => {
  it.each<[string, Partial<PullSync>, string]>([
    ['another schema', { schema: 'crm2' }, 'crm2.deals_changes'],
    [
      'another history',
      { tables: { ...renamed, current: '{object}', changes: '{object}_changes' } },
      'crm.deal_versions__past',
    ],
    ['other names', { tables: renamed }, 'crm.deals_log'],
  ])('is stopped before anything is read into tables that are empty: %s', async (_, to, table) => {
    const { world, crm } = await open(name)
    const before = await world.query('select * from syncline.pulled_objects')
    const told = { code: 'pull.moved_tables', message: expect.stringContaining(table) as string }
    expect(await edited(world, to).read(crm.reader)).toMatchObject({ state: 'failed', error: told })
    await expect(
      edited(world, to).replay([
        {
          id: 'c',
          object: 'deals',
          key: '9',
          op: 'create',
          event_at: march('02T09:00:00'),
          fields: { title: 'x' },
        },
      ]),
    ).rejects.toMatchObject(told)
    expect(await world.query('select * from syncline.pulled_objects')).toEqual(before)
    expect(
      await world.query(
        `select table_schema, table_name from information_schema.tables where table_schema like 'crm%' order by 2`,
      ),
    ).toEqual(
      ['deal_history', 'deal_history__latest', 'deal_history__past', 'deals', 'deals_changes'].map(
        (one) => ['crm', one],
      ),
    )
    expect(await world.read(crm.reader)).toMatchObject({ state: 'succeeded', error: null })
    expect(await world.query("select count(*) || '' from crm.deals")).toEqual([['4']])
  })

  it('goes on with tables that somebody moved', async () => {
    const { world, crm } = await open(name)
    await world.execute('drop view crm.deal_history', 'drop view crm.deals')
    await world.execute(
      'alter table crm.deals_changes rename to deals_log',
      'alter table crm.deal_history__past rename to deal_versions__past',
    )
    const moved = edited(world, { tables: renamed })
    expect(await moved.read(crm.reader)).toMatchObject({ error: { code: 'pull.moved_tables' } })
    await world.execute('alter table crm.deal_history__latest rename to deal_versions__latest')
    expect(await moved.read(crm.reader)).toMatchObject({
      state: 'succeeded',
      objects: [{ since: expect.any(String) as string, read: 1, added: 1 }],
    })
    const values = (view: string): string =>
      `select cast(id as text), cast(value as text) from crm.${view} order by 1, 2`
    const rest = ['3', '4'].map((key) => [key, '1'])
    expect(await world.query(values('deals_now'))).toEqual([['1', '1'], ['2', '2'], ...rest])
    const versions = [['1', '1'], ['2', '1'], ['2', '2'], ...rest]
    expect(await world.query(values('deal_versions'))).toEqual(versions)
    expect(await moved.read(crm.reader)).toMatchObject({ state: 'succeeded' })
  })

  it('leaves what stands under a new name alone', async () => {
    const { world, crm } = await open(name)
    await world.execute("create view crm.deals_now as select 'x' as somebody")
    const tables = { ...renamed, history: '{singular}_history', changes: '{object}_changes' }
    expect(await edited(world, { tables }).read(crm.reader)).toMatchObject({
      error: { code: 'pull.foreign_table' },
    })
    expect(await world.query('select * from crm.deals_now')).toEqual([['x']])
    await world.execute('drop view crm.deals_now')
    expect(await edited(world, { tables }).read(crm.reader)).toMatchObject({ error: null })
    expect(await world.query('select cast(count(*) as text) from crm.deals_now')).toEqual([['4']])
  })

  it('is known by the names that it had when an older version did not remember them', async () => {
    const { world, crm } = await open(name)
    const names = ['preset', 'table_schema', 'changes_table', 'history_table', 'current_table']
    const added = [...names, 'whole_owed', 'tried_at', 'withheld']
    await world.execute(
      ...added.map((column) => `alter table syncline.pulled_objects drop column ${column}`),
    )
    expect(await explainRecord(world.warehouse, 'syncline', world.sync, deals, '1')).toMatchObject({
      versions: [{ end: null }],
    })
    expect(await world.read(crm.reader)).toMatchObject({ error: null, objects: [{ read: 1 }] })
    expect(await world.query(`select ${names.join(', ')} from syncline.pulled_objects`)).toEqual([
      ['cdc', 'crm', 'deals_changes', 'deal_history', 'deals'],
    ])
    expect(await edited(world, { schema: 'crm2' }).read(crm.reader)).toMatchObject({
      error: { code: 'pull.moved_tables' },
    })
  })
})

describe.each(warehouseNames)(
  'a sync whose history is edited while only webhooks come, in %s,',
  (name) => {
    const versions =
      'select cast(id as text), cast(value as text) from crm.deal_history order by 1, 2'

    it('keeps every version, as a view and as a table again', async () => {
      const { world, crm } = await open(name)
      const hear = (as: PullSync['history'], time: string, value: number): Promise<unknown> =>
        edited(world, { history: as }).loading((context) =>
          loadObject(context, deals, crm.fields, [
            heard('1', march(time), new Map([['value', integer(value)]])),
          ]),
        )
      await hear({ form: 'view', preset: 'cdc' }, '02T10:00:00', 2)
      const others = ['2', '3', '4'].map((key) => [key, '1'])
      expect(await world.query(versions)).toEqual([['1', '1'], ['1', '2'], ...others])
      await hear({ form: 'table', preset: 'cdc' }, '02T11:00:00', 3)
      expect(await world.query(versions)).toEqual([['1', '1'], ['1', '2'], ['1', '3'], ...others])
    })

    it('folds what it fetches as it is kept, until it is kept otherwise', async () => {
      const { world, crm } = await open(name)
      crm.put('1', march('02T10:00:00'), { title: text('deal 1'), value: integer(2) })
      const asView = edited(world, { history: { form: 'view', preset: 'cdc' } })
      const metadata = { ...deals, fields: crm.fields, resolution: 'second' } as const
      await asView.loading((context) =>
        fetchDirty({ ...context, reader: crm.reader }, metadata, ['1']),
      )
      const others = ['2', '3', '4'].map((key) => [key, '1'])
      expect(await world.query(versions)).toEqual([['1', '1'], ['1', '2'], ...others])
    })

    it('shows versions by the columns of another preset at once', async () => {
      const { world, crm } = await open(name)
      await edited(world, { history: { form: 'table', preset: 'dlt' } }).loading((context) =>
        loadObject(context, deals, crm.fields, []),
      )
      expect(
        await world.query('select cast(count(_dlt_valid_from) as text) from crm.deals'),
      ).toEqual([['4']])
    })
  },
)
