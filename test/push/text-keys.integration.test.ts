/** Keys that are texts of one kind, and become texts of another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresHost } from '../support/postgres-host.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

const uuid = `cast('00000000-0000-4000-8000-00000000000' || id as uuid)`

const cases = [
  ['a UUID that becomes a text', 'named', uuid, 'cast(id as varchar)'],
  ['a text that becomes a UUID', 'numbered', `cast(${uuid} as varchar)`, 'cast(id as uuid)'],
  ['a bounded text that becomes any', 'widened', 'cast(id as varchar(5))', 'cast(id as varchar)'],
] as const

describe.each([
  { on: 'DuckDB', createHostOf: createHost },
  { on: 'PostgreSQL', createHostOf: createPostgresHost },
])('a key on $on', ({ createHostOf }) => {
  let host: Host

  beforeAll(async () => {
    host = await createHostOf()
  })

  afterAll(() => host.close())

  it.each(cases)('is the same, where it is %s', async (_, name, first, then) => {
    const world = await createWorld({ on: { host, name } })
    await world.sql(
      `create table ${name} (id bigint, email varchar(40), first_name varchar(40), city varchar(40))`,
      `insert into ${name} values (1, 'a@x.com', 'A', 'Rome'), (2, 'b@x.com', 'B', 'Rome')`,
    )
    await retype(world, name, first)
    const model = { kind: 'table', schema: null, table: name } as const
    const sync = contactSync({ name, model, removedRows: 'delete' })
    await world.run(sync)
    await retype(world, name, then)
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2, delivered: 0 })
    await world.sql(`update ${name} set city = 'Lima'`)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2 })
    await world.sql(`delete from ${name} where email = 'b@x.com'`)
    expect((await world.run(sync)).planned).toMatchObject({ deletes: 1 })
    await world.sql(`insert into ${name} select * from ${name}`)
    expect((await world.run(sync)).reasons).toEqual({ 'rejected key.duplicate': 2 })
    await world.close()
  })
})

async function retype(world: World, table: string, expression: string): Promise<void> {
  await world.sql(
    `create table ${table}_retyped as select ${expression} as id, email, first_name, city from ${table}`,
    `drop table ${table}`,
    `alter table ${table}_retyped rename to ${table}`,
  )
}
