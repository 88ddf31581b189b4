/** A ledger's backup by the database's own means: the same tables in another schema, as of one moment. */
import type { PoolClient } from 'pg'
import { ledgerErrors } from '../errors.ts'
import { ledgerTables } from '../migrations/ledger-tables.ts'
import { migrationBatch } from '../migrations/migrate.ts'
import { ledgerMigrations } from '../migrations/migrations.ts'
import { postgresDialect, quoteIdentifier } from './postgres-dialect.ts'

/** Within the caller's transaction, which must see one snapshot throughout. */
export async function copySchema(client: PoolClient, from: string, to: string): Promise<void> {
  const existing = await client.query('select 1 from pg_catalog.pg_namespace where nspname = $1', [
    to,
  ])
  if (existing.rowCount !== 0) {
    throw ledgerErrors.backup_exists({ message: `The schema ${to} exists already.` })
  }
  const source = postgresDialect(from)
  const target = postgresDialect(to)
  await client.query(`create schema ${quoteIdentifier(to)}`)
  for (const migration of await ledgerMigrations()) {
    for (const { text, parameters } of migrationBatch(target, migration, 0)) {
      await client.query(text, [...parameters])
    }
  }
  for (const table of ledgerTables) {
    // A new ledger has rows of its own: its format and its id.
    await client.query(`delete from ${target.prefix}${table}`)
    await client.query(
      `insert into ${target.prefix}${table} select * from ${source.prefix}${table}`,
    )
  }
}
