/** Values are people's data: they leave the history after a time, and the counts stay. */
import type { Dialect } from './dialect.ts'
import { type SharedTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** Empties the values of a sync's operations from before an instant (`…Z`, microseconds). */
export function forgetValues(
  dialect: Dialect,
  shared: SharedTables,
  sync: string,
  before: string,
): Statement {
  const { literal, quote } = dialect
  return statement(
    `update ${tableReference(dialect, shared.operations)} set ${quote('changes')} = '{}', ${quote('message')} = null where ${quote('sync')} = ${literal(sync)} and ${quote('at')} < cast(${literal(before)} as ${dialect.types.timestamp_tz}) and (${quote('changes')} <> '{}' or ${quote('message')} is not null)`,
  )
}
