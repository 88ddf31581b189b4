/**
 * The tables of one pulled object. People query three of them by the names that the sync gives: the change log,
 * the history and the current rows. The others hold what these are made of, and what a fold works with.
 */
import { versionTables } from '../../model/object-tables.ts'
import { type Dialect, indexSuffix, type TableName } from '../sql/dialect.ts'
import { fit } from '../sql/names.ts'

export interface HistoryTables {
  /** Every change that was received, once; only ever appended to. */
  readonly changes: TableName
  /** Versions that another one followed. */
  readonly past: TableName
  /** One row for each key that was met, with its last version, if it had any. */
  readonly latest: TableName
  /** View: every version. */
  readonly history: TableName
  /** View: the active versions. */
  readonly current: TableName
  /** What a read found, before it is compared with what is known. */
  readonly read: TableName
  /** What arrived and is not in the log yet. */
  readonly staging: TableName
  /** What of all that arrived is in the log already. */
  readonly known: TableName
  readonly fresh: TableName
  readonly touched: TableName
  readonly base: TableName
  /** Since when the CRM itself told of each record, while another tool's versions are taken over. */
  readonly own: TableName
  /** Temporary, and so without a schema. */
  readonly folded: string
}

export interface ObjectNames {
  readonly schema: string
  /** Names without schema, e.g. `deals_changes`. */
  readonly changes: string
  readonly history: string
  readonly current: string
  /** Where the scratch tables are. */
  readonly workingSchema: string
  /** What scratch tables begin with, unlike that of any other object. */
  readonly scratch: string
}

export function historyTables(dialect: Dialect, names: ObjectNames): HistoryTables {
  const maxBytes = dialect.maxIdentifierBytes - indexSuffix.length
  const named = (table: string): TableName => ({
    schema: names.schema,
    table: fit(table, maxBytes),
  })
  const scratch = (suffix: string): TableName => ({
    schema: names.workingSchema,
    table: fit(`${names.scratch}__${suffix}`, maxBytes),
  })
  const { past, latest } = versionTables(names.history)
  return {
    changes: named(names.changes),
    past: named(past),
    latest: named(latest),
    history: named(names.history),
    current: named(names.current),
    read: scratch('read'),
    staging: scratch('staging'),
    known: scratch('known'),
    fresh: scratch('fresh'),
    touched: scratch('touched'),
    base: scratch('base'),
    own: scratch('own'),
    folded: scratch('folded').table,
  }
}
