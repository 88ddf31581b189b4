/** Every kind of value, in and out again, and compared. */
import { strict as assert } from 'node:assert'
import { statement } from '../../core/sql/working-schema.ts'
import type { Column } from '../../model/value.ts'
import type { Session, Warehouse } from '../../warehouse/warehouse.ts'
import { inSchema, reference, schema, type WarehouseCase } from './conformance.ts'
import { type ValueSet, valueMatrix } from './value-matrix.ts'

export const valueCases: readonly WarehouseCase[] = [
  {
    name: 'holds every value of every kind exactly, and null',
    check: (warehouse) => forEachSet(warehouse, holdsExactly),
  },
  {
    name: 'reports the kind and scale of every type it holds',
    check: (warehouse) => forEachSet(warehouse, reportsKind),
  },
  {
    name: 'tells which pairs of values are the same to a person',
    check: (warehouse) => forEachSet(warehouse, comparesPairs),
  },
]

interface Subject {
  readonly warehouse: Warehouse
  readonly session: Session
  readonly set: ValueSet
  readonly nativeType: string
  readonly table: string
}

async function forEachSet(
  warehouse: Warehouse,
  check: (subject: Subject) => Promise<void>,
): Promise<void> {
  await inSchema(warehouse, async (session) => {
    for (const [index, set] of valueMatrix.entries()) {
      const nativeType = set.nativeTypes[warehouse.dialect.name]
      const table = `values_${index}`
      if (nativeType !== undefined) await check({ warehouse, session, set, nativeType, table })
    }
  })
}

async function holdsExactly({
  warehouse,
  session,
  set,
  nativeType,
  table,
}: Subject): Promise<void> {
  const { dialect } = warehouse
  const texts = [...set.texts, null]
  await loadTable(
    { warehouse, session, set, nativeType, table },
    ['v'],
    texts.map((text) => [text]),
  )
  const value = dialect.canonicalText('v', set)
  const rows = await session.query(
    statement(`select ${value} from ${reference(warehouse, table)} order by n`),
  )
  assert.deepEqual(
    rows.map(([text]) => text),
    texts,
    nativeType,
  )
}

async function reportsKind({ warehouse, session, set, nativeType, table }: Subject): Promise<void> {
  await loadTable({ warehouse, session, set, nativeType, table }, ['v'], [])
  for (const column of [
    (await session.columns(schema, table))?.[1],
    (await session.describe(`select v from ${reference(warehouse, table)}`))[0],
  ]) {
    assert.equal(column?.kind, set.kind, nativeType)
    assert.equal(column?.scale, set.scale, nativeType)
    assert.equal(column?.nativeType.toLowerCase(), nativeType.toLowerCase())
  }
}

async function comparesPairs(subject: Subject): Promise<void> {
  const { warehouse, session, set, nativeType, table } = subject
  const { dialect } = warehouse
  const some = set.texts[0] ?? ''
  const pairs: [readonly [string | null, string | null], 'same' | 'different'][] = [
    ...set.same.map((pair) => [pair, 'same'] as const),
    ...set.texts.map((text) => [[text, text] as const, 'same'] as const),
    ...set.different.map((pair) => [pair, 'different'] as const),
    [[null, null], 'same'],
    [[null, some], 'different'],
    [[some, null], 'different'],
  ].map(
    ([pair, verdict]) =>
      [pair, verdict] as [readonly [string | null, string | null], 'same' | 'different'],
  )
  await loadTable(
    subject,
    ['l', 'r'],
    pairs.map(([pair]) => pair),
  )
  const distinct = dialect.distinct(dialect.comparable('l', set), dialect.comparable('r', set))
  const rows = await session.query(
    statement(
      `select case when ${distinct} then 'different' else 'same' end from ${reference(warehouse, table)} order by n`,
    ),
  )
  assert.deepEqual(
    rows.map(([verdict], index) => [pairs[index]?.[0], verdict]),
    pairs,
    nativeType,
  )
}

async function loadTable(
  { warehouse, session, set, nativeType, table }: Subject,
  names: readonly string[],
  values: readonly (readonly (string | null)[])[],
): Promise<void> {
  const { bigint } = warehouse.dialect.types
  const definitions = names.map((name) => `${name} ${nativeType}`).join(', ')
  const name = reference(warehouse, table)
  await session.execute([statement(`create table ${name} (n ${bigint}, ${definitions})`)])
  const columns: Column[] = [
    { name: 'n', kind: 'integer', nativeType: bigint },
    ...names.map((column) => ({ name: column, kind: set.kind, nativeType })),
  ]
  const rows = values.map((row, index) => [`${index}`, ...row])
  await session.load({ schema, table, columns }, [rows])
}
