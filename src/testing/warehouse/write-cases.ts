/** Execution and bulk loading. */
import { strict as assert } from 'node:assert'
import { statement } from '../../core/sql/working-schema.ts'
import type { Row } from '../../model/value.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { refused } from '../refused.ts'
import {
  count,
  inSchema,
  numbers,
  only,
  reference,
  schema,
  type WarehouseCase,
} from './conformance.ts'

export const writeCases: readonly WarehouseCase[] = [
  {
    name: 'says how many rows each statement affected',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10)
        const counts = await session.execute([
          statement(`update ${table} set t = 'x' where n <= 3`),
          statement(`delete from ${table} where n = 99`),
          statement(`insert into ${table} (n, t) select n + 100, t from ${table}`),
          statement(`select t from ${table} where n < 3`),
          statement(`create table ${reference(warehouse, 'copy')} as select * from ${table}`),
        ])
        assert.deepEqual(counts, [3, 0, 10, 2, 20])
      }),
  },
  {
    name: 'undoes everything when a statement fails',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10)
        const other = reference(warehouse, 'other')
        const statements = [
          statement(`delete from ${table}`),
          statement(`create table ${other} as select * from ${table}`),
          statement('select no_such_column'),
        ]
        await refused(session.execute(statements), 'warehouse.query')
        assert.equal(await count(warehouse, session, table), 10)
        assert.equal(await session.columns(schema, 'other'), null)
      }),
  },
  {
    name: 'undoes everything when a statement affects another number of rows than it must',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10)
        const fence = (expectRows: number) => ({
          text: `update ${table} set t = 'fenced' where n = 1`,
          parameters: [],
          expectRows,
        })
        const remove = statement(`delete from ${table} where n > 5`)
        await refused(session.execute([remove, fence(2)]), 'warehouse.fenced')
        assert.equal(await count(warehouse, session, table), 10)
        assert.deepEqual(await session.execute([remove, fence(1)]), [5, 1])
        assert.equal(await count(warehouse, session, table), 5)
      }),
  },
  {
    name: 'tells what statements would affect, each after those before it, and leaves all as it was',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10)
        const remove = statement(`delete from ${table} where n > 5`)
        assert.deepEqual(await session.rehearse([remove, remove]), [5, 0])
        assert.deepEqual(await session.rehearse([remove]), [5])
        assert.equal(await count(warehouse, session, table), 10)
        const fenced = { ...remove, expectRows: 1 }
        await refused(session.rehearse([fenced]), 'warehouse.fenced')
      }),
  },
  {
    name: 'makes temporary tables before a transaction, and forgets them when it fails',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10)
        const { dialect } = warehouse
        const aside = dialect.quote('aside')
        const before = dialect
          .createTemporaryAs(aside, `select n, t from ${table} where n > 7`)
          .map((text) => statement(text))
        const replace = [
          statement(`delete from ${table}`),
          statement(`insert into ${table} (n, t) select n, t from ${aside}`),
        ]
        const broken = [...replace, statement('select no_such_column')]
        await refused(session.execute(broken, before), 'warehouse.query')
        assert.equal(await count(warehouse, session, table), 10)
        // No connection that goes on being used has kept it.
        await refused(session.execute([statement(`drop table ${aside}`)]), 'warehouse.query')
        assert.deepEqual(await session.execute(replace, before), [10, 3])
        assert.equal(await count(warehouse, session, table), 3)
        // Made once more on the connection that has it, by who left it there.
        assert.deepEqual(await session.execute(replace, before), [3, 3])
      }),
  },
  {
    name: 'replaces a table by the rows of a query that reads it',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 10)
        const { dialect } = warehouse
        const copy = reference(warehouse, 'copy')
        const build = dialect.createTableAs(copy, `select n, t from ${table}`)
        const shrink = dialect.createTableAs(copy, `select n from ${table} where n > 7`)
        await session.execute(build.map((text) => statement(text)))
        await session.execute(
          [...shrink, ...dialect.readByStatements(copy, 'n')].map((text) => statement(text)),
        )
        assert.equal(await count(warehouse, session, copy), 3)
        assert.equal((await session.columns(schema, 'copy'))?.length, 1)
      }),
  },
  {
    name: 'loads pages of any size, from an iterable or an async one',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const target = await textTable(warehouse, 'loaded')
        const pages = [rows(0, 1), [], rows(1, 9000), rows(9001, 3)]
        assert.equal(await session.load(target, pages), 9004)
        const stream = (async function* () {
          yield* pages
        })()
        assert.equal(await session.load(target, stream), 9004)
        const table = reference(warehouse, 'loaded')
        const distinct = warehouse.dialect.toText('count(distinct a)')
        assert.equal(
          await only(session, `select ${distinct} from ${table} where b is null`),
          '9004',
        )
        assert.equal(await count(warehouse, session, table), 18_008)
      }),
  },
  {
    name: 'loads nothing when the pages break off, and gives their own error',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const target = await textTable(warehouse, 'loaded')
        const broken = (function* () {
          yield rows(0, 9000)
          throw new RangeError('the source broke')
        })()
        await assert.rejects(session.load(target, broken), new RangeError('the source broke'))
        assert.equal(await count(warehouse, session, reference(warehouse, 'loaded')), 0)
      }),
  },
  {
    name: 'loads nothing when one value does not fit its column',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const { bigint } = warehouse.dialect.types
        const table = reference(warehouse, 'strict')
        await session.execute([statement(`create table ${table} (a ${bigint})`)])
        const columns = [{ name: 'a', kind: 'integer' as const, nativeType: bigint }]
        const pages: Row[][] = [[['1'], ['2']], [['three']]]
        await refused(session.load({ schema, table: 'strict', columns }, pages), 'warehouse.query')
        assert.equal(await count(warehouse, session, table), 0)
      }),
  },
  {
    name: 'loads pages in which columns of any type are null throughout',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const { bigint, boolean, text, timestamp_tz: instant } = warehouse.dialect.types
        const table = reference(warehouse, 'nulls')
        const definition = `a ${text}, b ${bigint}, c ${boolean}, d ${instant}`
        await session.execute([statement(`create table ${table} (${definition})`)])
        const columns = [
          { name: 'a', kind: 'text' as const, nativeType: text },
          { name: 'b', kind: 'integer' as const, nativeType: bigint },
          { name: 'c', kind: 'boolean' as const, nativeType: boolean },
          { name: 'd', kind: 'timestamp_tz' as const, nativeType: instant },
        ]
        const empty = Array.from({ length: 3000 }, (): Row => [null, null, null, null])
        const full: Row = ['x', '1', 'true', '2026-01-01T00:00:00.000000Z']
        const target = { schema, table: 'nulls', columns }
        assert.equal(await session.load(target, [empty, [full]]), 3001)
        const filled = warehouse.dialect.toText('count(a) + count(b) + count(c) + count(d)')
        assert.equal(await only(session, `select ${filled} from ${table}`), '4')
        assert.equal(await count(warehouse, session, table), 3001)
      }),
  },
  {
    name: 'loads some columns of a table by name, in any order, and leaves the others null',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const target = await textTable(warehouse, 'loaded')
        const [first, second] = target.columns
        assert.ok(first !== undefined && second !== undefined)
        const swapped = { ...target, columns: [second] }
        assert.equal(await session.load(swapped, [[['only b']]]), 1)
        const both = { ...target, columns: [second, first] }
        assert.equal(await session.load(both, [[['b', 'a']]]), 1)
        const table = reference(warehouse, 'loaded')
        const found = await session.query(statement(`select a, b from ${table} order by b`))
        assert.deepEqual(found, [
          ['a', 'b'],
          [null, 'only b'],
        ])
      }),
  },
  {
    name: 'loads while a stream of the same session is read',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 6000)
        const target = await textTable(warehouse, 'loaded')
        const source = session.stream(
          statement(`select t, t as again from ${table} order by n`),
          500,
        )
        assert.equal(await session.load(target, source), 6000)
        assert.equal(await count(warehouse, session, reference(warehouse, 'loaded')), 6000)
      }),
  },
  {
    name: 'runs sessions of one process side by side, each seeing what the other has committed',
    check: (warehouse) =>
      inSchema(warehouse, async (first) => {
        const table = await numbers(warehouse, first, 10)
        await warehouse.session(async (second) => {
          await second.execute([statement(`delete from ${table} where n = 1`)])
        })
        assert.equal(await count(warehouse, first, table), 9)
      }),
  },
  {
    name: 'refuses a session that has ended',
    check: async (warehouse) => {
      const session = await warehouse.session(async (open) => open)
      const use = (async () => session.query(statement("select 'x'")))()
      await refused(use, 'warehouse.closed')
    },
  },
]

async function textTable(warehouse: Warehouse, table: string) {
  const { text } = warehouse.dialect.types
  const columns = ['a', 'b'].map((name) => ({ name, kind: 'text' as const, nativeType: text }))
  await inSchema(warehouse, (session) =>
    session.execute([
      statement(`create table ${reference(warehouse, table)} (a ${text}, b ${text})`),
    ]),
  )
  return { schema, table, columns }
}

function rows(from: number, length: number): Row[] {
  return Array.from({ length }, (_, index): Row => [`a${from + index}`, null])
}
