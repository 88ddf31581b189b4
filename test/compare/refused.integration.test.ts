/** What can not be compared, and what is said about it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CompareWorld, createCompareWorld } from './compare-world.ts'

let world: CompareWorld

beforeAll(async () => {
  world = await createCompareWorld('DuckDB', 'DuckDB')
})
afterAll(() => world.close())

async function tables(left: string, right: string): Promise<void> {
  await world.sql('left', 'drop table if exists old.t', `create table old.t as ${left}`)
  await world.sql('right', 'drop table if exists new.t', `create table new.t as ${right}`)
}

describe('tables', () => {
  it('that have no column in common', async () => {
    await tables('select 1 as a', 'select 1 as b')
    await expect(world.compare()).rejects.toMatchObject({
      code: 'compare.nothing_common',
      message: 'old.t and new.t have no column in common.',
    })
  })

  it('without `id`, where no key is named', async () => {
    await tables('select 1 as a', 'select 1 as a')
    await expect(world.compare()).rejects.toMatchObject({ code: 'compare.no_key' })
    expect(await world.compare({ keys: ['a'] })).toMatchObject({ equal: true })
  })

  it('without the key that is named', async () => {
    await tables('select 1 as deal_id, 1 as a', 'select 1 as deal_id, 1 as a')
    await expect(world.compare({ keys: ['deal_di'] })).rejects.toMatchObject({
      code: 'compare.unknown_column',
      message: 'The key column deal_di is not in both old.t and new.t; did you mean deal_id?',
    })
  })

  it('whose keys can not be equal, or are JSON', async () => {
    await tables(`select 1 as id, '{}'::json as doc`, `select true as id, '{}'::json as doc`)
    await expect(world.compare()).rejects.toMatchObject({
      code: 'compare.bad_key',
      message: 'The column id can not be a key: it is INTEGER in old.t and BOOLEAN in new.t.',
    })
    await expect(world.compare({ keys: ['doc'] })).rejects.toMatchObject({
      code: 'compare.bad_key',
    })
  })

  it('with types that Syncline does not know compare within one kind of warehouse', async () => {
    const select = (text: string): string =>
      `select 1 as id, time '12:00:00' as at, {'a': 1} as doc, [1, ${text}] as list`
    await tables(select('2'), select('3'))
    expect(await world.compare()).toMatchObject({
      byColumn: { list: 1 },
      columns: { compared: 4, notCompared: [] },
    })
    await tables('select 1 as id, [1] as list', `select 1 as id, ['1'] as list`)
    expect((await world.compare()).columns.notCompared).toEqual([
      { column: 'list', left: 'INTEGER[]', right: 'VARCHAR[]' },
    ])
  })

  it('of which more rows of one key differ than fit into memory', async () => {
    const rows = (value: string): string => `select 1 as id, ${value} as a from range(6000) as s(n)`
    await tables(rows('n::double'), rows('n::double + 0.5'))
    await expect(world.compare()).rejects.toMatchObject({ code: 'compare.crowded_key' })
    await tables(rows('n'), rows('n + 3000'))
    expect((await world.compare()).rows).toMatchObject({
      equal: 3000,
      onlyLeft: 3000,
      onlyRight: 3000,
    })
  })
})

it('a comparison that is to stop does so between two pages', async () => {
  await tables(
    'select n as id, 1 as a from range(9000) as s(n)',
    'select n as id, 2 as a from range(9000) as s(n)',
  )
  const stop = new AbortController()
  const options = {
    signal: stop.signal,
    progress: (event: { at: string; rows?: number }) => {
      if (event.at === 'reading' && (event.rows ?? 0) > 0) stop.abort(new Error('enough'))
    },
  }
  await expect(world.compare({ options })).rejects.toThrow('enough')
  expect((await world.compare()).rows).toMatchObject({ differing: 9000 })
})
