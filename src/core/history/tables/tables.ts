/**
 * The tables of one pulled object. People query three of them by the names that the sync gives: the change log,
 * the history and the current rows. The others hold what these are made of, and what a fold works with.
 */
import { versionTables } from '../../../model/object-tables.ts'
import { type Dialect, indexSuffix, type TableName } from '../../sql/dialect.ts'
import { fit } from '../../sql/names.ts'

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
  /**
   * Of the lease under which scratch tables are made: they are changed outside the fence, so that whoever lost the lease
   * must have others than who has it (promise 7). Absent for who makes none.
   */
  readonly fence?: number
}

const scratchSuffixes = [
  'read',
  'staging',
  'known',
  'fresh',
  'touched',
  'base',
  'own',
  'folded',
] as const

/** Bytes for a fence of ten digits and the longest suffix, so that they are never cut off. */
const scratchTailBytes = 24

export function historyTables(dialect: Dialect, names: ObjectNames): HistoryTables {
  const maxBytes = dialect.maxIdentifierBytes - indexSuffix.length
  const named = (table: string): TableName => ({
    schema: names.schema,
    table: fit(table, maxBytes),
  })
  const begin = scratchBegin(dialect, names.scratch)
  const lease = names.fence === undefined ? '' : `${names.fence}__`
  const scratch = (suffix: (typeof scratchSuffixes)[number]): TableName => ({
    schema: names.workingSchema,
    table: `${begin}${lease}${suffix}`,
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

/**
 * The fence under which a table of the working schema was made as a scratch table of the object; 0 for one that was made
 * before they had any, null for every other table.
 */
export function scratchFence(dialect: Dialect, scratch: string, table: string): number | null {
  const begin = scratchBegin(dialect, scratch)
  if (!table.startsWith(begin)) return null
  const tail = /^(?:(\d+)__)?([a-z]+)$/.exec(table.slice(begin.length))
  const isScratch = scratchSuffixes.some((suffix) => suffix === tail?.[2])
  return isScratch ? Number(tail?.[1] ?? 0) : null
}

function scratchBegin(dialect: Dialect, scratch: string): string {
  return `${fit(scratch, dialect.maxIdentifierBytes - indexSuffix.length - scratchTailBytes)}__`
}
