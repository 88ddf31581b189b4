/** Queries and streams. */
import { strict as assert } from 'node:assert'
import { statement } from '../../core/sql/working-schema.ts'
import type { Row } from '../../model/value.ts'
import { refused } from '../refused.ts'
import { inSchema, numbers, only, type WarehouseCase } from './conformance.ts'

export const readCases: readonly WarehouseCase[] = [
  {
    name: 'binds texts, numbers, booleans and null, by position',
    check: (warehouse) =>
      warehouse.session(async (session) => {
        const { dialect } = warehouse
        const { text, bigint, boolean } = dialect.types
        const at = (position: number, type: string): string =>
          dialect.toText(`cast(${dialect.placeholder(position)} as ${type})`)
        const select = [at(2, bigint), at(1, text), at(3, boolean), at(4, text)].join(', ')
        const rows = await session.query(
          statement(`select ${select}`, ["it's; --", 9007199254740991, true, null]),
        )
        assert.deepEqual(rows, [['9007199254740991', "it's; --", 'true', null]])
      }),
  },
  {
    name: 'refuses a result with a column that is not text',
    check: (warehouse) =>
      warehouse.session(async (session) => {
        const query = statement('select cast(1 as bigint) as n')
        await refused(session.query(query), 'warehouse.not_text')
        await refused(drain(session.stream(query, 10)), 'warehouse.not_text')
      }),
  },
  {
    name: 'streams all rows in the order of the statement, in pages of the asked size',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10_007)
        const number = warehouse.dialect.toText('r.n')
        const query = statement(
          `select ${number} as shown, r.t from ${table} as r order by r.n desc`,
        )
        for (const size of [1000, 7, 20_000]) {
          const pages = await drain(session.stream(query, size))
          assert.equal(pages.length, Math.ceil(10_007 / size))
          assert.ok(pages.slice(0, -1).every((page) => page.length === size))
          const rows = pages.flat()
          assert.equal(rows.length, 10_007)
          assert.ok(rows.every(([n, t], at) => n === `${10_007 - at}` && t === `row ${n}`))
        }
      }),
  },
  {
    name: 'streams an empty result as no page',
    check: (warehouse) =>
      warehouse.session(async (session) => {
        const query = statement(
          `select cast('x' as ${warehouse.dialect.types.text}) as t where 1 = 0`,
        )
        assert.deepEqual(await drain(session.stream(query, 10)), [])
      }),
  },
  {
    name: 'binds parameters of a streamed statement',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10)
        const { dialect } = warehouse
        const query = statement(
          `select t from ${table} where n > ${dialect.placeholder(1)} order by n`,
          [8],
        )
        assert.deepEqual((await drain(session.stream(query, 10))).flat(), [['row 9'], ['row 10']])
      }),
  },
  {
    name: 'goes on working after a reader stopped early',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 5000)
        for (let round = 0; round < 20; round += 1) {
          for await (const page of session.stream(
            statement(`select t from ${table} order by n`),
            100,
          )) {
            assert.equal(page[0]?.[0], 'row 1')
            break
          }
        }
        assert.equal(await only(session, `select t from ${table} where n = 3`), 'row 3')
      }),
  },
  {
    name: 'throws where a row of a stream can not be computed, instead of ending early',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 20_000)
        const { dialect } = warehouse
        const broken = `case when n = 15000 then cast(t as ${dialect.types.bigint}) else n end`
        const query = statement(`select ${dialect.toText(broken)} from ${table}`)
        await refused(drain(session.stream(query, 1000)), 'warehouse.query')
      }),
  },
  {
    name: 'reads, streams and writes at the same time in one session',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 3000)
        let seen = 0
        const all = statement(`select t from ${table} order by n`)
        for await (const page of session.stream(all, 1000)) {
          seen += page.length
          await session.execute([statement(`delete from ${table} where n > 2000`)])
          assert.equal(await only(session, `select t from ${table} where n = 1`), 'row 1')
        }
        assert.equal(seen, 3000)
      }),
  },
]

async function drain(stream: AsyncIterable<readonly Row[]>): Promise<(readonly Row[])[]> {
  const pages: (readonly Row[])[] = []
  for await (const page of stream) pages.push(page)
  return pages
}
