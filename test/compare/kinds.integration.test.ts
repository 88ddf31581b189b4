/** Which values are the same and which are not, within a warehouse and from one to another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WarehouseName } from '../support/empty-warehouse.ts'
import { type CompareWorld, createCompareWorld } from './compare-world.ts'

type Typed = readonly [type: string, value: string]

/** A case says its type and value for each warehouse, or one for both. */
type PerWarehouse = Typed | { readonly DuckDB: Typed; readonly PostgreSQL: Typed }

interface Case {
  readonly name: string
  readonly left: PerWarehouse
  readonly right: PerWarehouse
}

const json = (text: string): PerWarehouse => ({
  DuckDB: ['JSON', `'${text}'`],
  PostgreSQL: ['jsonb', `'${text}'`],
})
const list = (duckdb: string, postgres: string): PerWarehouse => ({
  DuckDB: ['VARCHAR[]', duckdb],
  PostgreSQL: ['text[]', postgres],
})
const both = (name: string, value: PerWarehouse): Case => ({ name, left: value, right: value })
const zoned = (text: string): Typed => ['timestamp with time zone', `'${text}'`]

const same: readonly Case[] = [
  both('null and null', ['varchar', 'null']),
  both('an empty text and itself', ['varchar', `''`]),
  both('text beyond ASCII and itself', ['varchar', `'é 😀 表, 1:a'`]),
  { name: 'an integer and a decimal', left: ['integer', '1'], right: ['decimal(18,2)', '1.00'] },
  {
    name: 'decimals of two scales',
    left: ['decimal(10,1)', '-1.5'],
    right: ['decimal(38,9)', '-1.5'],
  },
  { name: 'zeros of two scales', left: ['decimal(10,1)', '0'], right: ['decimal(10,3)', '0'] },
  { name: 'tens of two scales', left: ['bigint', '100'], right: ['decimal(10,3)', '100'] },
  { name: 'an integer and a double', left: ['integer', '1'], right: ['double precision', '1'] },
  {
    name: 'a decimal and a double',
    left: ['decimal(18,2)', '-1234.56'],
    right: ['double precision', '-1234.56'],
  },
  {
    name: 'doubles that differ in the 16th digit',
    left: ['double precision', '0.1::double precision + 0.2::double precision'],
    right: ['double precision', '0.3'],
  },
  {
    name: 'the zeros of a double',
    left: ['double precision', `'-0'::double precision`],
    right: ['double precision', '0'],
  },
  both('NaN and itself', ['double precision', `'NaN'::double precision`]),
  both('an infinity and itself', ['double precision', `'-Infinity'::double precision`]),
  both('very small doubles', ['double precision', '5e-324']),
  both('large doubles', ['double precision', '1.7976931348623157e308']),
  both('integers beyond 2^53', ['bigint', '9007199254740993']),
  both('decimals of 38 digits', ['decimal(38,9)', '99999999999999999999999999999.999999999']),
  both('single precision', ['real', '0.1']),
  {
    name: 'a decimal and a number without a scale',
    left: ['decimal(10,3)', '1.500'],
    right: { DuckDB: ['decimal(10,1)', '1.5'], PostgreSQL: ['numeric', '1.50'] },
  },
  both('booleans', ['boolean', 'false']),
  both('dates', ['date', `'2024-02-29'`]),
  both('microseconds', ['timestamp', `'2024-02-29 12:34:56.000001'`]),
  {
    name: 'one instant in two zones',
    left: zoned('2024-02-29 12:00:00+13'),
    right: zoned('2024-02-28 23:00:00Z'),
  },
  {
    name: 'a timestamp without zone and the instant in UTC',
    left: ['timestamp', `'2024-02-29 12:00:00.5'`],
    right: zoned('2024-02-29 13:00:00.5+01'),
  },
  {
    name: 'a date and its midnight',
    left: ['date', `'2024-02-29'`],
    right: ['timestamp', `'2024-02-29 00:00:00'`],
  },
  { name: 'an integer and its text', left: ['bigint', '42'], right: ['varchar', `'42'`] },
  { name: 'a boolean and its text', left: ['boolean', 'true'], right: ['varchar', `'true'`] },
  both('a uuid and itself', ['uuid', `'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'`]),
  {
    name: 'JSON with blanks, other numbers and keys in another order',
    left: json('{"b": [1, 2.50, 1e2], "aa" : {"y":null,"x":" a  b "}}'),
    right: json('{ "aa":{"x":" a  b ","y":null},"b":[1.0,2.5,100] }'),
  },
  {
    name: 'JSON in a text',
    left: ['varchar', `'{"a":  1}'`],
    right: json('{"a":1}'),
  },
  both('arrays', list(`['a', null, 'b"c', '', 'é\n']`, `array['a', null, 'b"c', '', E'é\\n']`)),
  both('empty arrays', list(`[]::VARCHAR[]`, `array[]::text[]`)),
  {
    name: 'an array and the same as JSON',
    left: list(`['a', 'b']`, `array['a', 'b']`),
    right: json('["a", "b"]'),
  },
]

const different: readonly Case[] = [
  { name: 'null and an empty text', left: ['varchar', 'null'], right: ['varchar', `''`] },
  { name: 'null and a value', left: ['integer', 'null'], right: ['integer', '1'] },
  { name: 'capitals', left: ['varchar', `'a'`], right: ['varchar', `'A'`] },
  { name: 'blanks at the end', left: ['varchar', `'a'`], right: ['varchar', `'a '`] },
  { name: 'two forms of é', left: ['varchar', `'é'`], right: ['varchar', `'e\u0301'`] },
  {
    name: 'integers beyond 2^53',
    left: ['bigint', '9007199254740993'],
    right: ['bigint', '9007199254740992'],
  },
  { name: 'one and ten', left: ['integer', '1'], right: ['decimal(10,1)', '10'] },
  { name: 'decimals', left: ['decimal(18,2)', '1.01'], right: ['decimal(18,3)', '1.011'] },
  {
    name: 'decimals in the 38th digit',
    left: ['decimal(38,9)', '99999999999999999999999999999.999999999'],
    right: ['decimal(38,9)', '99999999999999999999999999999.999999998'],
  },
  {
    name: 'doubles in the 14th digit',
    left: ['double precision', '1.0000000000001'],
    right: ['integer', '1'],
  },
  {
    name: 'infinities',
    left: ['double precision', `'Infinity'::double precision`],
    right: ['double precision', `'-Infinity'::double precision`],
  },
  {
    name: 'NaN and null',
    left: ['double precision', `'NaN'::double precision`],
    right: ['double precision', 'null'],
  },
  {
    name: 'one microsecond',
    left: ['timestamp', `'2024-02-29 12:34:56.000001'`],
    right: ['timestamp', `'2024-02-29 12:34:56.000002'`],
  },
  {
    name: 'one wall clock in two zones',
    left: zoned('2024-02-29 12:00:00+13'),
    right: zoned('2024-02-29 12:00:00Z'),
  },
  {
    name: 'a date and its noon',
    left: ['date', `'2024-02-29'`],
    right: zoned('2024-02-29 12:00:00Z'),
  },
  {
    name: 'JSON null and null',
    left: json('null'),
    right: { DuckDB: ['JSON', 'null'], PostgreSQL: ['jsonb', 'null'] },
  },
  { name: 'blanks in a text of JSON', left: json('"a  b"'), right: json('"a b"') },
  {
    name: 'numbers of JSON beyond a double',
    left: json('[12345678901234567890123]'),
    right: json('[12345678901234567890124]'),
  },
  { name: 'arrays of JSON in another order', left: json('[1,2]'), right: json('[2,1]') },
  {
    name: 'a null and its name in an array',
    left: list(`[null]`, `array[null]::text[]`),
    right: list(`['null']`, `array['null']`),
  },
  {
    name: 'one text and two',
    left: list(`['a,b']`, `array['a,b']`),
    right: list(`['a', 'b']`, `array['a', 'b']`),
  },
]

const warehouses: readonly (readonly [WarehouseName, WarehouseName])[] = [
  ['DuckDB', 'DuckDB'],
  ['DuckDB', 'PostgreSQL'],
  ['PostgreSQL', 'DuckDB'],
  ['PostgreSQL', 'PostgreSQL'],
]

describe.each(warehouses)('from %s to %s', (left, right) => {
  let world: CompareWorld

  beforeAll(async () => {
    world = await createCompareWorld(left, right)
    await world.sql('left', 'drop table if exists old.t', create(left, 'old', 'left'))
    await world.sql('right', 'drop table if exists new.t', create(right, 'new', 'right'))
  })
  afterAll(() => world.close())

  it('tells equal values from others, whatever their kinds', async () => {
    const { rows, byColumn, columns, samples } = await world.compare()
    const told = Object.keys(byColumn).map((column) => allCases[Number(column.slice(1))]?.name)
    expect(told).toEqual(different.map(({ name }) => name))
    expect(columns).toMatchObject({ compared: allCases.length + 1, notCompared: [] })
    expect(rows).toEqual({ left: 1, right: 1, equal: 0, differing: 1, onlyLeft: 0, onlyRight: 0 })
    expect(samples[0]?.values).toMatchObject({
      [columnOf('null and an empty text')]: { left: null, right: '' },
      [columnOf('integers beyond 2^53')]: { left: '9007199254740993', right: '9007199254740992' },
      [columnOf('doubles in the 14th digit')]: { left: '1.0000000000001', right: '1' },
      [columnOf('one wall clock in two zones')]: {
        left: '2024-02-28T23:00:00.000000Z',
        right: '2024-02-29T12:00:00.000000Z',
      },
    })
  })

  it('needs to read nothing for what is the same, but for JSON that is written otherwise', async () => {
    const written = same.filter(({ name }) => name.startsWith('JSON') || name.includes('as JSON'))
    const ignored = [...different, ...written].map(({ name }) => columnOf(name))
    const { equal, buckets } = await world.compare({ ignored })
    expect([equal, buckets]).toEqual([true, { total: 1, differing: 0, rowsRead: 0 }])
    const withJson = await world.compare({ ignored: different.map(({ name }) => columnOf(name)) })
    expect(withJson).toMatchObject({ equal: true, rows: { equal: 1 }, byColumn: {} })
  })
})

const allCases = [...same, ...different]

function columnOf(name: string): string {
  // Of a name that is in both lists the last is meant.
  return `c${allCases.findLastIndex((one) => one.name === name)}`
}

function create(type: WarehouseName, schema: string, side: 'left' | 'right'): string {
  const values = allCases.map((one, index) => {
    const value = one[side]
    const [name, text] = Array.isArray(value)
      ? (value as Typed)
      : (value as Exclude<PerWarehouse, Typed>)[type]
    return `cast(${text} as ${name}) as c${index}`
  })
  return `create table ${schema}.t as select 1 as id, ${values.join(', ')}`
}
