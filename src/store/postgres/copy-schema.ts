/** A store's backup by the database's own means: the same tables in another schema, as of one moment. */
import type { PoolClient } from 'pg'
import { migrationBatch } from '../migrate.ts'
import type { StorePurpose } from '../purpose.ts'
import { postgresDialect, quoteIdentifier } from './postgres-dialect.ts'

/** Within the caller's transaction, which must see one snapshot throughout. */
export async function copySchema(
  client: PoolClient,
  purpose: StorePurpose,
  from: string,
  to: string,
): Promise<void> {
  const source = postgresDialect(from)
  const target = postgresDialect(to)
  if (!(await isFree(client, purpose, to))) {
    throw purpose.errors.backup_exists({ message: `The schema ${to} exists already.` })
  }
  await client.query(`create schema if not exists ${quoteIdentifier(to)}`)
  for (const migration of await purpose.migrations()) {
    for (const { text, parameters } of migrationBatch(target, purpose, migration, 0)) {
      await client.query(text, [...parameters])
    }
  }
  for (const table of [purpose.formatTable, ...purpose.tables]) {
    // A new one has rows of its own: its format, and an id.
    await client.query(`delete from ${target.prefix}${table}`)
    await client.query(
      `insert into ${target.prefix}${table} select * from ${source.prefix}${table}`,
    )
  }
}

/** Whether there is no such schema, or one with the copy of the neighbour alone. */
async function isFree(
  client: PoolClient,
  { formatTable, neighbour }: StorePurpose,
  schema: string,
): Promise<boolean> {
  const schemas = 'select 1 from pg_catalog.pg_namespace where nspname = $1'
  if ((await client.query(schemas, [schema])).rowCount === 0) return true
  const tables = await client.query<{ name: string }>(postgresDialect(schema).listTables)
  const names = tables.rows.map(({ name }) => name)
  return names.includes(neighbour) && !names.includes(formatTable)
}
