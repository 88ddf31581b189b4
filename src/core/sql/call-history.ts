/** API calls that finished runs recorded. */
import type { Dialect } from './dialect.ts'
import { type SharedTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** The number, as text, of finished runs since an instant that asked the CRM for anything. */
export function callingRunsSince(
  dialect: Dialect,
  shared: SharedTables,
  sync: string,
  since: string,
): Statement {
  const { literal, quote } = dialect
  return statement(
    `select ${dialect.toText('count(*)')} from ${tableReference(dialect, shared.runs)} where ${quote('sync')} = ${literal(sync)} and ${quote('calls')} > 0 and ${quote('started_at')} >= cast(${literal(since)} as ${dialect.types.timestamp_tz})`,
  )
}

/** `[run, calls]` of the finished runs; `since` is an instant with microseconds, `…Z`. */
export function callsSince(
  dialect: Dialect,
  shared: SharedTables,
  sync: string,
  since: string,
): Statement {
  const { literal, quote } = dialect
  return statement(
    `select ${quote('run_id')}, ${dialect.toText(quote('calls'))} from ${tableReference(dialect, shared.runs)} where ${quote('sync')} = ${literal(sync)} and ${quote('started_at')} >= cast(${literal(since)} as ${dialect.types.timestamp_tz})`,
  )
}
