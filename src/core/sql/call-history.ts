/** API calls that finished runs recorded. */
import type { Dialect } from './dialect.ts'
import { type SharedTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** The sum as text; `since` is an instant with microseconds, `…Z`. */
export function callsSince(
  dialect: Dialect,
  shared: SharedTables,
  sync: string,
  since: string,
): Statement {
  const { literal, quote } = dialect
  return statement(
    `select ${dialect.toText(`coalesce(sum(${quote('calls')}), 0)`)} from ${tableReference(dialect, shared.runs)} where ${quote('sync')} = ${literal(sync)} and ${quote('started_at')} >= cast(${literal(since)} as ${dialect.types.timestamp_tz})`,
  )
}
