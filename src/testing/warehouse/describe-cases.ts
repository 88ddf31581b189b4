/** Columns of queries and tables. */
import { strict as assert } from 'node:assert'
import { statement } from '../../core/sql/working-schema.ts'
import { refused } from '../refused.ts'
import { inSchema, numbers, reference, schema, type WarehouseCase } from './conformance.ts'

export const describeCases: readonly WarehouseCase[] = [
  {
    name: 'describes the columns of a query in order, with kind and scale',
    check: (warehouse) =>
      warehouse.session(async (session) => {
        const columns = await session.describe(
          'select cast(1 as bigint) as id, cast(\'x\' as varchar(20)) as "Name", cast(1.5 as decimal(38, 9)) as amount, cast(null as date) as day, cast(true as boolean) as yes',
        )
        assert.deepEqual(
          columns.map(({ name, kind, scale }) => [name, kind, scale]),
          [
            ['id', 'integer', undefined],
            ['Name', 'text', undefined],
            ['amount', 'decimal', 9],
            ['day', 'date', undefined],
            ['yes', 'boolean', undefined],
          ],
        )
      }),
  },
  {
    name: 'names a type that it does not support without refusing the query',
    check: (warehouse) =>
      warehouse.session(async (session) => {
        const [column] = await session.describe("select interval '1' day as span")
        assert.equal(column?.kind, 'unsupported')
        assert.match(column?.nativeType ?? '', /interval/i)
      }),
  },
  {
    name: 'reports a syntax error with the message and the line of the warehouse',
    check: (warehouse) =>
      warehouse.session(async (session) => {
        const error = await refused(
          session.describe('select 1 as a,\n\n  from where\n'),
          'warehouse.query',
        )
        assert.match(error.message, /syntax error/i)
        assert.equal(error.place?.line, 3)
      }),
  },
  {
    name: 'reports an unknown table with the message and the line of the warehouse',
    check: (warehouse) =>
      warehouse.session(async (session) => {
        const error = await refused(
          session.describe('select *\nfrom no_such_table'),
          'warehouse.query',
        )
        assert.match(error.message, /no_such_table/)
        assert.equal(error.place?.line, 2)
      }),
  },
  {
    name: 'refuses to describe two statements, or one that writes',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = reference(warehouse, 'victim')
        await session.execute([
          statement(`create table ${table} (a ${warehouse.dialect.types.text})`),
        ])
        await refused(session.describe(`select 1 as a; drop table ${table}`), 'warehouse.query')
        await refused(session.describe(`drop table ${table}`), 'warehouse.query')
        await refused(session.describe(`delete from ${table}`), 'warehouse.query')
        assert.equal((await session.columns(schema, 'victim'))?.length, 1)
      }),
  },
  {
    name: 'does not run what it describes',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const table = await numbers(warehouse, session, 3)
        const { bigint } = warehouse.dialect.types
        // Reading any of its rows would fail.
        const columns = await session.describe(
          `select cast(t as ${bigint}) as broken from ${table}`,
        )
        assert.equal(columns[0]?.kind, 'integer')
      }),
  },
  {
    name: 'gives the columns of a table and of a view, and null for what is not there',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const { bigint, text } = warehouse.dialect.types
        const table = reference(warehouse, 'present')
        await session.execute([
          statement(`create table ${table} (a ${bigint}, b ${text})`),
          statement(`create view ${reference(warehouse, 'seen')} as select b from ${table}`),
        ])
        const columns = await session.columns(schema, 'present')
        assert.deepEqual(
          columns?.map(({ name, kind }) => [name, kind]),
          [
            ['a', 'integer'],
            ['b', 'text'],
          ],
        )
        assert.deepEqual(
          (await session.columns(schema, 'seen'))?.map(({ name }) => name),
          ['b'],
        )
        assert.equal(await session.columns(schema, 'absent'), null)
        assert.equal(await session.columns('no_such_schema', 'present'), null)
      }),
  },
  {
    name: 'takes identifiers with quotes, capitals, blanks, other alphabets and reserved words',
    check: (warehouse) =>
      inSchema(warehouse, async (session) => {
        const { dialect } = warehouse
        const names = ['select', 'Order', 'with "quotes"', "it's", 'naïve 表', 'a.b', '$1', 'x;y']
        const columns = names.map((name) => ({
          name,
          kind: 'text' as const,
          nativeType: dialect.types.text,
        }))
        const definitions = columns.map(
          ({ name, nativeType }) => `${dialect.quote(name)} ${nativeType}`,
        )
        const table = reference(warehouse, 'Group "by"')
        await session.execute([statement(`create table ${table} (${definitions.join(', ')})`)])
        const target = { schema, table: 'Group "by"', columns }
        assert.equal(await session.load(target, [[names]]), 1)
        assert.deepEqual(
          (await session.columns(schema, 'Group "by"'))?.map(({ name }) => name),
          names,
        )
        const select = names.map((name) => dialect.quote(name)).join(', ')
        assert.deepEqual(await session.query(statement(`select ${select} from ${table}`)), [names])
      }),
  },
]
