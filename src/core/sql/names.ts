/**
 * Names of the working tables. A sync's tables begin with its name, a run's with its id, so that a
 * person who looks into the schema finds the way.
 */
import type { Column } from '../../model/value.ts'
import type { Dialect, TableName } from './dialect.ts'

export type { TableName }

/** Version of the working schema's layout; a newer one than this is refused. */
export const workingFormat = 3

export interface RunTables {
  readonly model: TableName
  readonly counts: TableName
  readonly duplicates: TableName
  readonly changed: TableName
  readonly due: TableName
  readonly plan: TableName
  readonly results: TableName
}

export interface SyncTables {
  readonly baseline: TableName
  readonly rebuilt: TableName
  readonly held: TableName
}

export interface SharedTables {
  readonly format: TableName
  readonly syncs: TableName
  readonly mappings: TableName
  readonly operations: TableName
  readonly runs: TableName
  readonly failures: TableName
  /** Pinned columns of pulled objects; there once something was pulled. */
  readonly pins: TableName
  /** What each read of a pulled object came to; there once something was pulled. */
  readonly reads: TableName
  /** What is remembered of each pulled object; there once something was pulled. */
  readonly objects: TableName
  /** The last event of each pulled object; there once something was pulled. */
  readonly events: TableName
  /** Webhooks that could not be read; there once something was pulled. */
  readonly unread: TableName
  /** Tombstones of erased records; there once something was pulled. */
  readonly erased: TableName
}

export function sharedTables(schema: string): SharedTables {
  const name = (table: string): TableName => ({ schema, table })
  return {
    format: name('format'),
    syncs: name('syncs'),
    mappings: name('mappings'),
    operations: name('operations'),
    runs: name('runs'),
    failures: name('failures'),
    pins: name('pulled_columns'),
    reads: name('reads'),
    objects: name('pulled_objects'),
    events: name('pulled_events'),
    unread: name('unread_events'),
    erased: name('erased'),
  }
}

export function syncTables(schema: string, sync: string, maxBytes: number): SyncTables {
  const name = (suffix: string): TableName => ({
    schema,
    table: fit(`${tablePrefix(sync)}__${suffix}`, maxBytes),
  })
  return { baseline: name('baseline'), rebuilt: name('baseline_next'), held: name('held') }
}

/**
 * A sync's name as the beginning of a table's. What warehouses spell alike (`a/b` and `a__b`, capitals)
 * gets a checksum, so that two syncs never share a table.
 */
export function tablePrefix(sync: string): string {
  const plain = sync.replaceAll('/', '__').replaceAll(/[^A-Za-z0-9_]/g, '_')
  return /^[a-z0-9_]+$/.test(sync) ? sync : `${plain}_${checksum(sync)}`
}

export function runTables(schema: string, runId: string): RunTables {
  const name = (suffix: string): TableName => ({ schema, table: `run_${runId}_${suffix}` })
  return {
    model: name('model'),
    counts: name('counts'),
    duplicates: name('duplicates'),
    changed: name('changed'),
    due: name('due'),
    plan: name('plan'),
    results: name('results'),
  }
}

/** The run whose working table has this name; null for other tables. */
export function runOfTable(table: string): string | null {
  const suffixes = Object.keys(runTables('', '')).join('|')
  const found = new RegExp(`^run_(.+?)(${checkSuffix})?_(?:${suffixes})$`).exec(table)
  return found?.[1] ?? null
}

const checkSuffix = '_now'

/** Tables of the comparison that `apply` makes for a plan. */
export function checkTables(schema: string, runId: string): RunTables {
  return runTables(schema, `${runId}${checkSuffix}`)
}

const valuePrefix = 'm_'

/** The working column that holds a model column's value. */
export function valueColumn(
  { maxIdentifierBytes }: Pick<Dialect, 'maxIdentifierBytes'>,
  column: string,
): string {
  return fit(`${valuePrefix}${column}`, maxIdentifierBytes)
}

/** Of a working table's columns those that hold values of the model, by names of which `valueColumn` makes theirs. */
export function valueColumns(columns: readonly Column[]): readonly Column[] {
  return columns
    .filter(({ name }) => name.startsWith(valuePrefix))
    .map((column) => ({ ...column, name: column.name.slice(valuePrefix.length) }))
}

export function tableReference(dialect: Dialect, name: TableName): string {
  return `${dialect.quote(name.schema)}.${dialect.quote(name.table)}`
}

/** Shortens what is too long and adds a checksum, so that two long names stay two names. */
export function fit(name: string, maxBytes: number): string {
  if (byteLength(name) <= maxBytes) return name
  const suffix = `_${checksum(name)}`
  const kept = Array.from(name)
  while (byteLength(kept.join('')) + suffix.length > maxBytes) kept.pop()
  return kept.join('') + suffix
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** FNV-1a, 32 bits, as 8 hex digits. */
function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  }
  return hash.toString(16).padStart(8, '0')
}
