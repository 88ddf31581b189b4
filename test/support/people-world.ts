/** A world with a table of customers, on each kind of databases, that ends with its test. */
import { onTestFinished } from 'vitest'
import { createPostgresHost } from './postgres-host.ts'
import { createHost, type Host } from './host.ts'
import { createWorld, type World } from './world.ts'

export const hosts = [
  { on: 'DuckDB and SQLite', openHost: createHost },
  { on: 'PostgreSQL for both', openHost: createPostgresHost },
]

/** `name` is the world's, which no other on these databases has; `customers` are rows as SQL has them. */
export async function createPeopleWorld(
  openHost: () => Promise<Host>,
  name: string,
  customers: string,
): Promise<World> {
  const host = await openHost()
  const world = await createWorld({ on: { host, name } })
  onTestFinished(async () => {
    await world.close()
    await host.close()
  })
  await world.sql(
    'drop table if exists customers',
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values ${customers}`,
  )
  return world
}
