/** Whatever the rows, the comparison finds what looking at every pair of rows finds. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WarehouseName } from '../support/empty-warehouse.ts'
import { type CompareWorld, createCompareWorld } from './compare-world.ts'
import { expectedComparison, type PlainRow } from './oracle.ts'

const columns = ['a', 'b', 'c']

/** Few different values, so that keys meet and rows are equal now and then. */
const row: fc.Arbitrary<PlainRow> = fc.tuple(
  cell(Array.from({ length: 12 }, (_, index) => String(index + 1))),
  cell(['', 'x', 'y']),
  cell(['', 'a', 'a,', ',a', '1:a', "it's", 'é😀']),
  cell(['-1', '0', '9007199254740993']),
  cell(['', '1:', 'b']),
)

/** One of the texts, and null now and then. */
function cell(texts: readonly string[]): fc.Arbitrary<string | null> {
  return fc.option(fc.constantFrom(...texts), { freq: 6, nil: null })
}

const table = fc.array(row, { maxLength: 25 })
/** The second table is the first one with some rows changed, gone or new. */
const tables = fc
  .tuple(table, table, fc.integer({ min: 0, max: 25 }))
  .map(([left, others, kept]) => [left, [...left.slice(0, kept), ...others.slice(0, 4)]] as const)

const warehouses: readonly (readonly [WarehouseName, WarehouseName, number])[] = [
  ['DuckDB', 'DuckDB', 60],
  ['DuckDB', 'PostgreSQL', 40],
]

describe.each(warehouses)('of %s and %s', (left, right, numRuns) => {
  let world: CompareWorld

  beforeAll(async () => {
    world = await createCompareWorld(left, right)
    const definition = '(id bigint, part varchar, a varchar, b bigint, c varchar)'
    await world.sql('left', `create table old.t ${definition}`)
    await world.sql('right', `create table new.t ${definition}`)
  })
  afterAll(() => world.close())

  it('finds the rows, and the columns, that a naive comparison finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom(1, 2),
        fc.constantFrom(1, 3, 100),
        async ([ofLeft, ofRight], keys, rowsPerBucket) => {
          await world.sql('left', 'delete from old.t', ...insert('old.t', ofLeft))
          await world.sql('right', 'delete from new.t', ...insert('new.t', ofRight))
          const found = await world.compare({
            keys: ['id', 'part'].slice(0, keys),
            options: { rowsPerBucket, bucketsPerRead: 2, samples: 0 },
          })
          const valueColumns = keys === 1 ? ['part', ...columns] : columns
          const expected = expectedComparison(ofLeft, ofRight, keys, valueColumns)
          expect({ rows: found.rows, byColumn: found.byColumn }).toEqual(expected)
          expect(found.keys.left).toEqual(keyCounts(ofLeft, keys))
          expect(found.equal).toBe(
            JSON.stringify(sorted(ofLeft)) === JSON.stringify(sorted(ofRight)),
          )
        },
      ),
      { numRuns },
    )
  })
})

function insert(into: string, rows: readonly PlainRow[]): readonly string[] {
  if (rows.length === 0) return []
  const literal = (text: string | null): string =>
    text === null ? 'null' : `'${text.replaceAll("'", "''")}'`
  return [
    `insert into ${into} values ${rows.map((one) => `(${one.map(literal).join(', ')})`).join(', ')}`,
  ]
}

function keyCounts(rows: readonly PlainRow[], keys: number): Record<string, number> {
  const sizes = [...Map.groupBy(rows, (one) => JSON.stringify(one.slice(0, keys))).values()]
    .map((list) => list.length)
    .filter((size) => size > 1)
  return {
    nullRows: rows.filter((one) => one.slice(0, keys).includes(null)).length,
    duplicateKeys: sizes.length,
    duplicateRows: sizes.reduce((sum, size) => sum + size, 0),
  }
}

function sorted(rows: readonly PlainRow[]): readonly string[] {
  return rows.map((one) => JSON.stringify(one)).toSorted()
}
