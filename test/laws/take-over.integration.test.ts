/**
 * A history that our own fold made is another tool's to a sync that takes it over: what comes out is the same history,
 * whatever the preset. The seed is printed; `SYNCLINE_SEED` plays one again.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tableReference } from '../../src/core/sql/names.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { type PresetName, presetNames } from '../../src/model/sync.ts'
import type { Row } from '../../src/model/value.ts'
import { Chance } from '../../src/simulator/chance.ts'
import { columns, drawCase } from '../history/cases.ts'
import type { OracleChange } from '../history/oracle.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { createPullWorld, dealsPull, type PullWorld, pullWorldOn } from '../pull/pull-world.ts'
import { scriptedCrm } from '../pull/scripted-crm.ts'

const seed = Number(process.env['SYNCLINE_SEED'] ?? 20_261_122)
const keys = 100
const chance = new Chance(seed)
const changes = Array.from({ length: keys }, (_, at) => drawCase(chance, `${at}`).changes).flat()
process.stderr.write(`take-over: seed ${seed}, ${keys} keys, ${changes.length} changes\n`)

const kinds = new Map(columns.map(({ name, kind }) => [name, kind]))

function lineOf(change: OracleChange): object {
  const { id, key, op, partial, rank, sequence, mergedInto, fields } = change
  const typed = Object.entries(fields).map(([name, text]) => [
    name,
    text === null ? null : { kind: kinds.get(name), text },
  ])
  return {
    object: 'deals',
    id,
    key,
    op,
    partial,
    rank,
    sequence,
    event_at: change.eventAt,
    shown_at: change.shownAt,
    observed_at: change.observedAt,
    ...(mergedInto === null ? {} : { merged_into: mergedInto }),
    fields: Object.fromEntries(typed) as object,
  }
}

/** Every column but whether the last version is in doubt, which is not the other tool's to say. */
async function historyIn(
  world: Pick<PullWorld, 'warehouse'>,
  schema: string,
): Promise<readonly Row[]> {
  return world.warehouse.session(async (session) => {
    const { dialect } = world.warehouse
    const all = (await session.columns(schema, 'deal_history')) ?? []
    const texts = all
      .filter(({ name }) => name !== '_dirty')
      .map((column) => dialect.canonicalText(dialect.quote(column.name), column))
    const table = tableReference(dialect, { schema, table: 'deal_history' })
    const rows = await session.query(statement(`select ${texts.join(', ')} from ${table}`))
    return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  })
}

describe.each(warehouseNames)('on %s', (name) => {
  let world: PullWorld
  const crm = scriptedCrm()
  crm.fields = columns.map((column) => ({
    name: column.name,
    label: column.name,
    kind: column.kind,
  }))

  const pull = (schema: string, preset: PresetName): Omit<PullWorld, 'close'> =>
    pullWorldOn(
      world,
      dealsPull({ name: schema, schema, history: { form: 'table', preset } }),
      world.clock,
    )

  beforeAll(async () => {
    world = await createPullWorld(name)
    const old = pull('old', 'cdc')
    await old.read(crm.reader)
    await old.replay(changes.map(lineOf))
  })
  afterAll(() => world.close())

  it.each(presetNames)('a history of %s is taken over as it is, and once', async (preset) => {
    // Another preset is another view of the same.
    await pull('old', preset).read(crm.reader)
    const fresh = pull(`new_${preset}`, preset)
    const table = { schema: 'old', table: 'deal_history' }
    const expected = await historyIn(world, 'old')
    const [taken] = (await fresh.takeOver(crm.reader, { table, changesPerLoad: 500 })).objects
    expect(taken?.versions).toEqual({ taken: expected.length, known: 0, left: [] })
    const found = await historyIn(world, fresh.sync.schema)
    expect(found.find((row, at) => String(row) !== String(expected[at]))).toBeUndefined()
    expect(found).toHaveLength(expected.length)
    expect(expected.length).toBeGreaterThan(keys)
    const [again] = (await fresh.takeOver(crm.reader, { table })).objects
    expect(again).toMatchObject({ added: 0, versions: { taken: 0, known: expected.length } })
    expect(await historyIn(world, fresh.sync.schema)).toEqual(found)
  })
})
