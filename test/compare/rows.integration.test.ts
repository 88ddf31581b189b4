/** Which rows are found to differ, and what is told of them. The usual parity script gets each of these wrong. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WarehouseName } from '../support/empty-warehouse.ts'
import { type CompareWorld, createCompareWorld } from './compare-world.ts'

const warehouses: readonly (readonly [WarehouseName, WarehouseName])[] = [
  ['DuckDB', 'DuckDB'],
  ['DuckDB', 'PostgreSQL'],
  ['PostgreSQL', 'PostgreSQL'],
]

const equalRows = { differing: 0, onlyLeft: 0, onlyRight: 0 }

describe.each(warehouses)('of tables in %s and %s', (left, right) => {
  let world: CompareWorld

  beforeAll(async () => {
    world = await createCompareWorld(left, right)
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    await world.sql('left', 'drop table if exists old.t')
    await world.sql('right', 'drop table if exists new.t')
  })

  /** Both tables with the same columns, and rows of their own. */
  async function tables(
    columns: string,
    ofLeft: readonly string[],
    ofRight: readonly string[],
  ): Promise<void> {
    const texts = (schema: string, rows: readonly string[]): string[] => [
      `create table ${schema}.t (${columns})`,
      ...(rows.length === 0 ? [] : [`insert into ${schema}.t values ${rows.join(', ')}`]),
    ]
    await world.sql('left', ...texts('old', ofLeft))
    await world.sql('right', ...texts('new', ofRight))
  }

  it('a value against null differs, and null against null does not', async () => {
    await tables('id int, a varchar', [`(1, null)`, `(2, null)`], [`(1, 'x')`, `(2, null)`])
    const { rows, samples } = await world.compare()
    expect(rows).toEqual({ left: 2, right: 2, equal: 1, differing: 1, onlyLeft: 0, onlyRight: 0 })
    expect(samples).toEqual([
      {
        kind: 'differing',
        key: { id: '1' },
        unique: true,
        values: { a: { left: null, right: 'x' } },
      },
    ])
  })

  it('every column counts, and each by itself', async () => {
    await tables(
      'id int, a int, b int, c int',
      ['(1, 1, 1, 1)', '(2, 1, 1, 1)', '(3, 1, 1, 1)'],
      ['(1, 1, 2, 1)', '(2, 1, 2, 2)', '(3, 1, 1, 1)'],
    )
    const { rows, byColumn } = await world.compare()
    expect(rows).toMatchObject({ equal: 1, differing: 2 })
    expect(byColumn).toEqual({ b: 2, c: 1 })
  })

  it('other keys are found although the counts are equal', async () => {
    await tables('id int, a int', ['(1, 1)', '(2, 2)'], ['(1, 1)', '(3, 2)'])
    const { rows, samples } = await world.compare()
    expect(rows).toEqual({ left: 2, right: 2, equal: 1, differing: 0, onlyLeft: 1, onlyRight: 1 })
    const keys = new Map(samples.map(({ kind, key }) => [kind, key]))
    expect(keys).toEqual(
      new Map([
        ['only_left', { id: '2' }],
        ['only_right', { id: '3' }],
      ]),
    )
  })

  it('rows that swapped their values differ, whose sums in a bucket are the same', async () => {
    await tables('id int, a int', ['(1, 1)', '(2, 2)'], ['(1, 2)', '(2, 1)'])
    expect((await world.compare()).rows).toMatchObject({ equal: 0, differing: 2 })
  })

  it('values that moved from one column to the next differ', async () => {
    await tables(
      'id int, a varchar, b varchar',
      [`(1, 'x,1:y', 'z')`, `(2, '', null)`, `(3, 'a', 'bc')`],
      [`(1, 'x', '1:y,z')`, `(2, null, '')`, `(3, 'ab', 'c')`],
    )
    expect(await world.compare()).toMatchObject({
      rows: { equal: 0, differing: 3 },
      byColumn: { a: 3, b: 3 },
    })
  })

  it('a key that is not unique compares as a set of rows', async () => {
    await tables(
      'id int, a int',
      ['(1, 1)', '(1, 1)', '(1, 2)', '(2, 5)', '(3, 3)', '(3, 4)'],
      ['(1, 2)', '(1, 1)', '(1, 3)', '(2, 5)', '(3, 4)', '(3, 3)'],
    )
    const { rows, keys, samples, byColumn } = await world.compare()
    expect(rows).toEqual({ left: 6, right: 6, equal: 5, differing: 0, onlyLeft: 1, onlyRight: 1 })
    expect(keys.left).toEqual({ nullRows: 0, duplicateKeys: 2, duplicateRows: 5 })
    expect(byColumn).toEqual({})
    expect(samples.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
      { kind: 'only_left', key: { id: '1' }, unique: false, values: { a: { left: '1' } } },
      { kind: 'only_right', key: { id: '1' }, unique: false, values: { a: { right: '3' } } },
    ])
  })

  it('a row loaded twice is one too many', async () => {
    await tables('id int, a int', ['(1, 1)', '(2, 2)'], ['(1, 1)', '(1, 1)', '(2, 2)'])
    const { rows, keys, equal } = await world.compare()
    expect([equal, rows]).toEqual([
      false,
      { left: 2, right: 3, equal: 2, differing: 0, onlyLeft: 0, onlyRight: 1 },
    ])
    expect(keys.right).toEqual({ nullRows: 0, duplicateKeys: 1, duplicateRows: 2 })
  })

  it('rows of one key whose JSON is only written otherwise are the same set', async () => {
    const rows = (first: string, second: string): readonly string[] => [
      `(1, '${first}', 0.5)`,
      `(1, '${second}', 0.25)`,
      `(1, '{}', 1)`,
    ]
    await tables(
      'id int, a json, b double precision',
      rows('{"x":1,"y":2}', '{"x":1, "y":3}'),
      rows('{"y":2.0,"x":1}', '{"y":4,"x":1}'),
    )
    expect((await world.compare()).rows).toEqual({
      left: 3,
      right: 3,
      equal: 2,
      differing: 0,
      onlyLeft: 1,
      onlyRight: 1,
    })
  })

  it('rows without a key are told, and compared like others', async () => {
    await tables(
      'id int, day date, a int',
      [`(null, null, 1)`, `(1, null, 1)`, `(2, '2024-01-01', 1)`],
      [`(null, null, 1)`, `(1, null, 2)`, `(2, '2024-01-01', 1)`],
    )
    const { rows, keys, samples } = await world.compare({ keys: ['id', 'day'] })
    expect(rows).toMatchObject({ equal: 2, differing: 1 })
    expect(keys.left).toEqual({ nullRows: 2, duplicateKeys: 0, duplicateRows: 0 })
    expect(samples.map(({ key }) => key)).toEqual([{ id: '1', day: null }])
  })

  it('a null in the key is another key than an empty text', async () => {
    await tables('id varchar, a int', [`(null, 1)`], [`('', 1)`])
    expect((await world.compare()).rows).toMatchObject({ equal: 0, onlyLeft: 1, onlyRight: 1 })
  })

  it('tables without rows are equal to each other, and to no other', async () => {
    await tables('id int, a int', [], [])
    expect(await world.compare()).toMatchObject({ equal: true, rows: { left: 0, right: 0 } })
    await world.sql('right', 'insert into new.t values (1, 1), (2, 2)')
    expect(await world.compare()).toMatchObject({
      equal: false,
      rows: { left: 0, right: 2, onlyRight: 2 },
    })
  })

  it('one of 300 columns is found, and no other', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `c${index}`)
    const columns = (changed: number): string =>
      names.map((name, index) => `${index === changed ? 'n + 1' : 'n'} as ${name}`).join(', ')
    const rows = (changed: number): string =>
      `select n as id, ${columns(changed)} from (select 1 as n union all select 2) as s`
    await world.sql('left', `create table old.t as ${rows(-1)}`)
    await world.sql('right', `create table new.t as ${rows(217)}`)
    const { rows: counts, byColumn, columns: told } = await world.compare()
    expect([counts.differing, byColumn, told.compared]).toEqual([2, { c217: 2 }, 301])
  })

  it('columns are found by name, by a renaming, or by a name in other capitals', async () => {
    await world.sql(
      'left',
      `create table old.t as select 1 as id, 2 as amount, 3 as "Stage", 4 as gone, 5 as was`,
    )
    await world.sql(
      'right',
      `create table new.t as select 3 as stage, 2 as value, 1 as id, 6 as came, true as was`,
    )
    const renamed = [{ left: 'amount', right: 'value' }]
    const found = await world.compare({ renamed })
    expect(found.rows).toMatchObject({ equal: 1, ...equalRows })
    expect(found.columns).toMatchObject({
      compared: 3,
      onlyLeft: ['gone'],
      onlyRight: ['came'],
      notCompared: [{ column: 'was' }],
    })
    expect(found.equal).toBe(false)
    const rest = await world.compare({ renamed, ignored: ['gone', 'came', 'was'] })
    expect([rest.equal, rest.columns.notCompared]).toEqual([true, []])
  })

  it('a key may be called differently, and be named either way', async () => {
    await world.sql('left', `create table old.t as select 1 as deal_id, 2 as a`)
    await world.sql('right', `create table new.t as select 1 as id, 2 as a`)
    const renamed = [{ left: 'deal_id', right: 'id' }]
    for (const keys of [[], ['id'], ['deal_id'], ['deal_id', 'id']]) {
      expect(await world.compare({ renamed, keys })).toMatchObject({
        equal: true,
        key: ['deal_id=id'],
      })
    }
  })

  it('only rows under the conditions are compared', async () => {
    await tables('id int, a int', ['(1, 1)', '(2, 2)', '(9, 0)'], ['(1, 1)', '(2, 3)', '(8, 0)'])
    const found = await world.compare({
      where: ['a > 0 -- the old ones', '(a = 1 or a = 3) and id < 8'],
    })
    expect(found.rows).toEqual({
      left: 2,
      right: 2,
      equal: 1,
      differing: 1,
      onlyLeft: 0,
      onlyRight: 0,
    })
  })

  it.each([
    ['that are none', 'a >'],
    ['with a second statement', '1 = 1); drop table t; select (1'],
  ])('conditions %s are refused', async (_what, condition) => {
    await tables('id int, a int', ['(1, 1)'], ['(1, 1)'])
    for (const where of [[condition, null] as const, [null, condition] as const]) {
      await expect(world.compare({ where })).rejects.toMatchObject({ code: 'warehouse.query' })
    }
    expect((await world.compare()).rows.equal).toBe(1)
  })

  it('shows as many rows of each kind as it is asked for', async () => {
    const rows = (from: number, value: number): readonly string[] =>
      Array.from({ length: 40 }, (_, index) => `(${from + index}, ${value})`)
    await tables('id int, a int', rows(0, 1), rows(20, 2))
    const kinds = async (samples: number): Promise<Record<string, number>> => {
      const found = await world.compare({ options: { samples } })
      expect(found.rows).toMatchObject({ differing: 20, onlyLeft: 20, onlyRight: 20 })
      const byKind = Object.groupBy(found.samples, ({ kind }) => kind)
      return Object.fromEntries(Object.entries(byKind).map(([kind, list]) => [kind, list.length]))
    }
    expect(await kinds(3)).toEqual({ differing: 3, only_left: 3, only_right: 3 })
    expect(await kinds(0)).toEqual({})
    expect(await kinds(100)).toEqual({ differing: 20, only_left: 20, only_right: 20 })
  })

  it('only rows of buckets that differ are read', async () => {
    const rows = `from (select unnest(array[0,1,2,3,4,5,6,7,8,9]) as b) as x, (select unnest(array[0,1,2,3,4,5,6,7,8,9]) as c) as y, (select unnest(array[0,1,2,3,4,5,6,7,8,9]) as d) as z`
    const select = `select 100 * b + 10 * c + d as id, 'a' as a ${rows}`
    await world.sql('left', `create table old.t as ${select}`)
    await world.sql('right', `create table new.t as ${select}`)
    const options = { rowsPerBucket: 4, bucketsPerRead: 1 }
    const before = world.asked.length
    expect(await world.compare({ options })).toMatchObject({
      equal: true,
      rows: { left: 1000, equal: 1000 },
      buckets: { total: 256, differing: 0, rowsRead: 0 },
    })
    expect(world.asked.length - before).toBe(6)
    await world.sql('right', `update new.t set a = 'b' where id in (7, 500)`)
    const { rows: counts, buckets } = await world.compare({ options })
    expect(counts).toEqual({ left: 1000, right: 1000, equal: 998, ...equalRows, differing: 2 })
    expect(buckets.differing).toBe(2)
    expect(buckets.rowsRead).toBeLessThan(60)
    expect(world.asked.length - before).toBe(16)
  })

  it('all rows are read where most buckets differ, and each counts once', async () => {
    const select = `select n as id, 'a' as a from generate_series(1, 1000) as s(n)`
    await world.sql('left', `create table old.t as ${select}`)
    await world.sql('right', `create table new.t as ${select}`)
    await world.sql('right', `update new.t set a = 'b' where id <= 400`)
    const found = await world.compare({ options: { rowsPerBucket: 4 } })
    expect(found.rows).toEqual({
      left: 1000,
      right: 1000,
      equal: 600,
      ...equalRows,
      differing: 400,
    })
    expect(found.buckets.differing).toBeGreaterThan(128)
    expect(found.buckets.differing).toBeLessThan(256)
    expect(found.buckets.rowsRead).toBe(2000)
  })
})
