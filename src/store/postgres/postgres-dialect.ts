/** What PostgreSQL says differently, for a store in the given schema. */
import type { StoreDialect } from '../store.ts'

/** Serialises migrations of any schema of the database; the number only has to be ours. */
const migrationLock = 5_938_271_604

export function postgresDialect(schema: string): StoreDialect {
  const prefix = `${quoteIdentifier(schema)}.`
  return {
    prefix,
    forUpdate: ' for update',
    listTables: `select c.relname as name from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${quoteLiteral(schema)} and c.relkind in ('r', 'p', 'v', 'm', 'f')`,
    beforeMigration: [`select pg_advisory_xact_lock(${migrationLock})`],
    tokens: {
      prefix,
      bigint: 'bigint',
      bytes: 'bytea',
      table_options: '',
      random_id: `replace(cast(gen_random_uuid() as text), '-', '')`,
    },
  }
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
