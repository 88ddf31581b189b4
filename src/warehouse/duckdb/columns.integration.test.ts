import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFlowingClock } from '../../../test/support/flowing-clock.ts'
import { statement } from '../../core/sql/working-schema.ts'
import { DuckDbWarehouse } from './duckdb-warehouse.ts'
import { duckdbOptions } from './options.ts'

const warehouse = new DuckDbWarehouse(duckdbOptions.parse({ path: ':memory:' }), {
  clock: createFlowingClock(0),
  directory: '.',
})

function namesOf(schema: string, table: string): Promise<readonly string[] | null> {
  return warehouse.session(async (session) => {
    const columns = await session.columns(schema, table)
    return columns?.map(({ name }) => name) ?? null
  })
}

beforeAll(() =>
  warehouse.session((session) =>
    session.execute([
      statement('create schema "our data"'),
      statement('create table "our data"."say ""hi""" (one int)'),
      statement('create view "our data"."it\'s.old" as select 1 as two'),
      statement('create table main.lonely (three int)'),
    ]),
  ),
)
afterAll(() => warehouse.close())

it.each([
  ['our data', 'say "hi"', ['one']],
  ['our data', "it's.old", ['two']],
  ['Our Data', "IT'S.OLD", ['two']],
  ['our data', 'say hi', null],
  ['main', 'lonely', ['three']],
  ['nowhere', 'lonely', null],
] as const)('the columns of %s, %s are found by the very name', async (schema, table, names) => {
  expect(await namesOf(schema, table)).toEqual(names)
})

it('a schema is not mistaken for the database of the same name', async () => {
  expect(await namesOf('memory', 'lonely')).toBeNull()
})
