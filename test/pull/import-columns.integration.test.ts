import { describe, expect, it } from 'vitest'
import type { ColumnImport } from '../../src/engine/pull/takeover/import-columns.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { type PullWorld } from './pull-world.ts'
import { integer, scriptedCrm, type ScriptedCrm, text } from './scripted-crm.ts'

const said = { mapped: [], kept: [], ignored: [] }

describe.each(warehouseNames)('columns of another tool, imported on %s,', (name) => {
  const open = async (
    columns: string,
  ): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> => {
    const world = await openPullWorld(name)
    const crm = scriptedCrm()
    crm.fields = [
      { name: 'title', label: 'Title', kind: 'text' },
      { name: 'value', label: 'Value', kind: 'integer' },
      { name: 'closed', label: 'Closed', kind: 'timestamp_tz' },
      { name: 'stage_id', label: 'Stage', kind: 'text' },
    ]
    await world.execute(
      'create schema old_crm',
      `create table old_crm.deal_history (id bigint, _cdc_start timestamp, _cdc_end timestamp, ${columns})`,
    )
    return { world, crm }
  }
  const typesOf = async (world: PullWorld): Promise<readonly string[]> => {
    const columns = await world.warehouse.session((one) => one.columns('crm', 'deal_history'))
    return (columns ?? [])
      .filter((column) => !column.name.startsWith('_') && column.name !== 'id')
      .map((column) => `${column.name} ${column.kind}`)
  }
  const waysOf = ({ objects }: ColumnImport): unknown =>
    objects[0]?.columns.map(({ column, field, how }) => [column.name, field, how])

  it('keep their names and types, and what they can not hold stands beside them', async () => {
    const { world, crm } = await open('stage text, "value" double precision, closed timestamp')
    const imported = await world.importColumns(crm.reader, {})
    expect(waysOf(imported)).toEqual([
      ['stage', 'stage_id', 'kept'],
      ['value', 'value', 'joined'],
      ['closed', 'closed', 'retyped'],
    ])
    crm.put('1', '2026-03-01T10:00:00.000000Z', {
      title: text('A'),
      value: integer(7),
      closed: { kind: 'timestamp_tz', text: '2026-03-01T10:00:00.000001Z' },
      stage_id: text('won'),
    })
    crm.put('2', '2026-03-01T10:00:00.000000Z', { value: integer(9_007_199_254_740_993n) })
    await world.read(crm.reader)
    expect(await typesOf(world)).toEqual([
      'stage text',
      'value double',
      'value__integer integer',
      'closed__timestamp_tz timestamp_tz',
      'title text',
    ])
    expect(
      await world.query(
        'select title, stage, cast(cast("value" as bigint) as text), cast(value__integer as text) from crm.deals order by id',
      ),
    ).toEqual([
      ['A', 'won', '7', null],
      [null, null, null, '9007199254740993'],
    ])
    // What is pinned stays so, and is imported as often as one likes.
    expect(waysOf(await world.importColumns(crm.reader, {}))).toEqual([
      ['stage', 'stage_id', 'known'],
      ['value', 'value', 'known'],
      ['closed', 'closed', 'retyped'],
    ])
  })

  it('keep their names where a type is too narrow, and then hold whatever the CRM says', async () => {
    const { world, crm } = await open('title varchar(3), "value" integer, stage_id varchar(20)')
    const imported = await world.importColumns(crm.reader, {})
    // One warehouse knows no length of texts.
    const ofTexts = name === 'DuckDB' ? 'kept' : 'widened'
    expect(waysOf(imported)).toEqual([
      ['title', 'title', ofTexts],
      ['value', 'value', 'widened'],
      ['stage_id', 'stage_id', ofTexts],
    ])
    await world.execute(
      `insert into old_crm.deal_history values (1, '2026-02-01 10:00:00', null, 'A', 7, 'won')`,
    )
    await world.takeOver(crm.reader, { table: { schema: 'old_crm', table: 'deal_history' } })
    crm.put('2', '2026-03-01T10:00:00.000000Z', {
      title: text('longer than three'),
      value: integer(9_007_199_254_740_993n),
      stage_id: text('lost'),
    })
    await world.read(crm.reader)
    expect(
      await world.query(
        'select title, cast("value" as text), stage_id from crm.deal_history order by id',
      ),
    ).toEqual([
      ['A', '7', 'won'],
      ['longer than three', '9007199254740993', 'lost'],
    ])
    const again = await world.importColumns(crm.reader, {})
    expect(again.objects[0]?.columns.map(({ how }) => how)).toEqual(['known', 'known', 'known'])
  })

  it('wait until each is of one field, and are only shown by a dry run', async () => {
    const { world, crm } = await open('title text, score text, legacy text')
    const shown = await world.importColumns(crm.reader, { dryRun: true })
    expect(shown.objects).toMatchObject([
      {
        object: 'deals',
        table: 'old_crm.deal_history',
        unmatched: [
          { column: 'score', candidates: [] },
          { column: 'legacy', candidates: [] },
        ],
      },
    ])
    await expect(world.importColumns(crm.reader, {})).rejects.toMatchObject({
      code: 'pull.unmatched_columns',
      message: 'old_crm.deal_history: no one field of deals is meant by score, legacy.',
    })
    expect(await typesOf(world)).toEqual([])
    const mapped = [{ object: 'deals', column: 'score', field: 'stage_id' }]
    const columns = { ...said, mapped, kept: ['deals.legacy'] }
    await world.importColumns(crm.reader, { columns })
    await world.read(crm.reader)
    expect(await typesOf(world)).toEqual([
      'title text',
      'score text',
      'legacy text',
      'value integer',
      'closed timestamp_tz',
    ])
  })

  it('change nothing that was pinned by a first run', async () => {
    const { world, crm } = await open('stage text')
    await world.read(crm.reader)
    await expect(world.importColumns(crm.reader, {})).rejects.toMatchObject({
      code: 'pull.pinned_column',
      message: 'old_crm.deal_history: stage_id has the column stage_id, not stage.',
    })
    const shown = await world.importColumns(crm.reader, { dryRun: true })
    expect(shown.objects[0]?.conflicts).toEqual(['stage_id has the column stage_id, not stage'])
  })

  it('are looked for in tables that are there, and those of the sync are none', async () => {
    const { world, crm } = await open('title text')
    const refused = (request: object): Promise<unknown> =>
      world.importColumns(crm.reader, request).catch((error: unknown) => error)
    expect(await refused({ schema: 'older' })).toMatchObject({
      code: 'pull.no_old_table',
      message: 'Schema older has a table for no object of sync crm.',
    })
    expect(await refused({ tables: new Map([['deals', 'opportunities']]) })).toMatchObject({
      code: 'pull.no_old_table',
      message: 'There is no table old_crm.opportunities for deals.',
    })
    await world.read(crm.reader)
    expect(await refused({ schema: 'crm' })).toMatchObject({ code: 'pull.own_table' })
  })

  it('are not taken into a schema where tables of that name are', async () => {
    const { world, crm } = await open('title text')
    const { execute } = world
    await execute('create schema crm', 'create table crm.deal_history (id bigint, title text)')
    await expect(world.importColumns(crm.reader, {})).rejects.toMatchObject({
      code: 'pull.foreign_table',
    })
  })
})
