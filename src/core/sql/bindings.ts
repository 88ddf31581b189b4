/** Which keys CRM records are bound to, in the baseline or by the present plan. */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { type RunTables, type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'

/**
 * `[remote id, key, match value]` for those of `ids` that the baseline binds to a key; `key` is the baseline's column. The
 * match value is what was confirmed last, null where it was given up. `live` leaves out rows whose records are gone, or went
 * up in others.
 */
export function boundInBaseline(
  dialect: Dialect,
  sync: SyncTables,
  key: Pick<Column, 'kind' | 'scale'>,
  ids: readonly string[],
  which: 'all' | 'live' = 'all',
): Statement {
  const { quote } = dialect
  const id = quote('remote_id')
  const live = which === 'all' ? '' : ` and ${quote('presence')} <> 'deleted'`
  return {
    text: `select ${id}, ${dialect.canonicalText(quote('key'), key)}, ${quote('match_value')} from ${tableReference(dialect, sync.baseline)} where ${id} in (${placeholders(dialect, ids)})${live}`,
    parameters: [...ids],
  }
}

/** `[remote id, key]` for those of `ids` that an operation of the plan is about. */
export function boundInPlan(dialect: Dialect, run: RunTables, ids: readonly string[]): Statement {
  const { quote } = dialect
  const id = quote('remote_id')
  return {
    text: `select ${id}, ${quote('key')} from ${tableReference(dialect, run.plan)} where ${id} in (${placeholders(dialect, ids)}) and ${quote('kind')} <> 'none'`,
    parameters: [...ids],
  }
}

function placeholders(dialect: Dialect, values: readonly unknown[]): string {
  return values.map((_, index) => dialect.placeholder(index + 1)).join(', ')
}
