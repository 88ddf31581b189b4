/** The name that the keys begin with which a push gives to records in the CRM: one that it may no longer have itself. */
import type { Dialect } from './dialect.ts'
import { type SharedTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** `[sync]` whose keys begin with a name that it no longer has, or none. */
export function whoseKeyName(dialect: Dialect, { syncs }: SharedTables, name: string): Statement {
  const { literal, quote } = dialect
  return statement(
    `select ${quote('sync')} from ${tableReference(dialect, syncs)} where ${quote('key_name')} = ${literal(name)}`,
  )
}

/** What records carry in the CRM stays what it is, under whatever name the sync goes on. */
export function keepKeyName(dialect: Dialect, { syncs }: SharedTables, sync: string): Statement {
  const { literal, quote } = dialect
  return statement(
    `update ${tableReference(dialect, syncs)} set ${quote('key_name')} = ${literal(sync)} where ${quote('sync')} = ${literal(sync)} and ${quote('key_name')} is null`,
  )
}
