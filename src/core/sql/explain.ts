/** Everything the working schema knows of one key. */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { type SharedTables, type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'

export interface KeyLife {
  /** `[remote id, origin, presence, CRM values, withheld, run, confirmed at]` */
  readonly baseline: Statement
  /** `[status, reason, message, attempts, next attempt, last run]` */
  readonly held: Statement
  /** `[at, run, kind, status, reason, message, remote id, changes, job]`, oldest first. */
  readonly operations: Statement
}

export function keyLife(
  dialect: Dialect,
  shared: SharedTables,
  tables: SyncTables,
  sync: string,
  keyColumn: Column,
  key: string,
  /** False for operations that an older version of the program has kept so far. */
  knowsJobs: boolean,
): KeyLife {
  const { quote, toText } = dialect
  const at = (name: string): string => dialect.canonicalText(quote(name), { kind: 'timestamp_tz' })
  const names = (...columns: string[]): string[] => columns.map((column) => quote(column))
  const baseline = [
    ...names('remote_id', 'origin', 'presence', 'crm_values', 'withheld', 'run_id'),
    at('confirmed_at'),
  ]
  const held = [
    ...names('status', 'reason', 'message'),
    toText(quote('attempts')),
    toText(quote('next_attempt')),
    quote('last_run'),
  ]
  const operations = [
    at('at'),
    ...names('run_id', 'kind', 'status', 'reason', 'message', 'remote_id', 'changes'),
    knowsJobs ? quote('job') : `cast(null as ${dialect.types.text})`,
  ]
  const keyText = dialect.canonicalText(quote('key'), keyColumn)
  return {
    baseline: {
      text: `select ${baseline.join(', ')} from ${tableReference(dialect, tables.baseline)} where ${keyText} = ${dialect.placeholder(1)}`,
      parameters: [key],
    },
    held: {
      text: `select ${held.join(', ')} from ${tableReference(dialect, tables.held)} where ${quote('key')} = ${dialect.placeholder(1)}`,
      parameters: [key],
    },
    operations: {
      text: `select ${operations.join(', ')} from ${tableReference(dialect, shared.operations)} where ${quote('sync')} = ${dialect.placeholder(1)} and ${quote('key')} = ${dialect.placeholder(2)} order by ${quote('at')}, ${quote('run_id')}`,
      parameters: [sync, key],
    },
  }
}
