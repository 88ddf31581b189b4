/** The tables of the working schema, as statements that create what is missing. */
import type { Column } from '../../model/value.ts'
import { type Catalogue, type Creation, emptyCatalogue, missing } from './catalogue.ts'
import type { Dialect } from './dialect.ts'
import { marksOfTombstones } from './erasure-mark.ts'
import {
  type RunTables,
  type SharedTables,
  type SyncTables,
  type TableName,
  tableReference,
  valueColumn,
  workingFormat,
} from './names.ts'
import type { Statement } from './statement.ts'

type ColumnType = keyof Dialect['types']

export const syncColumns = {
  sync: 'text',
  state_id: 'text',
  account_id: 'text',
  generation: 'bigint',
  fence: 'bigint',
  merged_run: 'text',
  merged_through: 'bigint',
  opening: 'text',
  key_column: 'text',
  object_name: 'text',
  object_key: 'text',
  key_name: 'text',
  erased_at: 'text',
} as const satisfies Record<string, ColumnType>

const mappingColumns = {
  sync: 'text',
  version: 'bigint',
  fields: 'text',
} as const satisfies Record<string, ColumnType>

export const operationColumns = {
  run_id: 'text',
  sync: 'text',
  sequence: 'bigint',
  key: 'text',
  kind: 'text',
  remote_id: 'text',
  status: 'text',
  reason: 'text',
  message: 'text',
  changes: 'text',
  at: 'timestamp_tz',
  job: 'text',
} as const satisfies Record<string, ColumnType>

/**
 * A view for alerting shows no people's data, so `changes` is not among them. Nor is `job`, which came
 * later: a view can't lose it again where an older version of the program replaces it.
 */
const failureColumns = Object.keys(operationColumns).filter(
  (name) => name !== 'changes' && name !== 'job',
)

export const runColumns = {
  run_id: 'text',
  sync: 'text',
  kind: 'text',
  state: 'text',
  started_at: 'timestamp_tz',
  ended_at: 'timestamp_tz',
  delivered: 'bigint',
  unchanged: 'bigint',
  skipped: 'bigint',
  rejected: 'bigint',
  deferred: 'bigint',
  calls: 'bigint',
} as const satisfies Record<string, ColumnType>

/** Bookkeeping columns of a baseline; the model's columns follow them. */
export const baselineColumns = {
  remote_id: 'text',
  origin: 'text',
  presence: 'text',
  match_value: 'text',
  released: 'text',
  crm_values: 'text',
  withheld: 'text',
  mapping_version: 'bigint',
  reopened: 'boolean',
  run_id: 'text',
  confirmed_at: 'timestamp_tz',
} as const satisfies Record<string, ColumnType>

const heldColumns = {
  key: 'text',
  status: 'text',
  reason: 'text',
  message: 'text',
  fingerprint: 'text',
  attempts: 'bigint',
  next_attempt: 'bigint',
  since: 'bigint',
  metadata: 'text',
  first_run: 'text',
  last_run: 'text',
} as const satisfies Record<string, ColumnType>

export const planColumns = {
  sequence: 'bigint',
  phase: 'bigint',
  kind: 'text',
  key: 'text',
  remote_id: 'text',
  status: 'text',
  reason: 'text',
  message: 'text',
  hold: 'text',
  presence: 'text',
  match_value: 'text',
  releases: 'text',
  clear_first: 'text',
  clears: 'bigint',
  changes: 'text',
  crm_values: 'text',
  withheld: 'text',
  supersedes: 'text',
  seen: 'text',
} as const satisfies Record<string, ColumnType>

export const resultColumns = {
  sequence: 'bigint',
  status: 'text',
  reason: 'text',
  message: 'text',
  hold: 'text',
  remote_id: 'text',
  origin: 'text',
  presence: 'text',
  crm_values: 'text',
  withheld: 'text',
  reopen: 'text',
  keeps_match: 'text',
  at: 'timestamp_tz',
  job: 'text',
} as const satisfies Record<string, ColumnType>

/** What a working schema is known to have, and the format that it says it has; null where it says none. */
export interface KnownSchema {
  readonly catalogue: Catalogue
  readonly version: number | null
}

const nothingKnown: KnownSchema = { catalogue: emptyCatalogue, version: null }

/** Schema and shared tables, if they are not there. */
export function createShared(
  dialect: Dialect,
  tables: SharedTables,
  { catalogue, version: known }: KnownSchema = nothingKnown,
): Statement[] {
  const format = tableReference(dialect, tables.format)
  const version = dialect.quote('version')
  const creation = (name: TableName, columns: Readonly<Record<string, ColumnType>>): Creation => ({
    name,
    create: createTable(dialect, name, columns),
  })
  const schema = statement(dialect.createSchema(tables.syncs.schema))
  const written = [
    statement(
      `insert into ${format} (${version}) select v.${version} from (select ${workingFormat} as ${version}) as v where not exists (select 1 from ${format})`,
    ),
    // From here on an older version, which does not know what upgradeStatements adds, is refused.
    statement(
      `update ${format} set ${version} = ${workingFormat} where ${version} < ${workingFormat}`,
    ),
  ]
  return [
    ...(catalogue.size > 0 ? [] : [schema]),
    ...missing(catalogue, [creation(tables.format, { version: 'bigint' })]),
    ...(known === workingFormat ? [] : written),
    ...missing(catalogue, [
      creation(tables.syncs, syncColumns),
      creation(tables.mappings, mappingColumns),
      creation(tables.operations, operationColumns),
      creation(tables.runs, runColumns),
    ]),
    ...(showsFailures(tables, catalogue) ? [] : [createFailures(dialect, tables)]),
  ]
}

/** A change of the view that leaves its columns needs a format of its own to be made. */
function showsFailures({ failures }: SharedTables, catalogue: Catalogue): boolean {
  const shown = catalogue.get(failures.table)?.map(({ name }) => name) ?? []
  return shown.join() === failureColumns.join()
}

function createFailures(dialect: Dialect, { failures, operations }: SharedTables): Statement {
  const columns = failureColumns.map((name) => dialect.quote(name)).join(', ')
  return statement(
    `create or replace view ${tableReference(dialect, failures)} as select ${columns} from ${tableReference(dialect, operations)} where ${dialect.quote('status')} in ('rejected', 'deferred')`,
  )
}

/**
 * A new sync's row, unless there is one. Two that insert at once would not see each other's: so both write the one row of the
 * format first, which every warehouse refuses to one of them.
 */
export function insertSyncRow(
  dialect: Dialect,
  { format, syncs }: SharedTables,
  row: Readonly<Record<string, string | number>>,
): Statement[] {
  const { literal, quote } = dialect
  const version = quote('version')
  const names = Object.keys(row).map((name) => quote(name))
  const values = Object.entries(row).map(
    ([name, value]) => `${typeof value === 'number' ? value : literal(value)} as ${quote(name)}`,
  )
  const known = `select 1 from ${tableReference(dialect, syncs)} where ${quote('sync')} = ${literal(String(row['sync']))}`
  return [
    statement(`update ${tableReference(dialect, format)} set ${version} = ${version} where true`),
    statement(
      `insert into ${tableReference(dialect, syncs)} (${names.join(', ')}) select ${names.map((name) => `r.${name}`).join(', ')} from (select ${values.join(', ')}) as r where not exists (${known})`,
    ),
  ]
}

export function createHeld(dialect: Dialect, tables: SyncTables): Statement {
  return createTable(dialect, tables.held, heldColumns)
}

/**
 * Brings shared tables to this version. It needs no format of its own: an older version leaves the added
 * columns as they are, and reads nothing that it would miss.
 */
export function upgradeShared(
  dialect: Dialect,
  tables: SharedTables,
  known: Catalogue,
): Statement[] {
  return [
    ...completeTable(dialect, tables.operations, operationColumns, known),
    ...completeTable(dialect, tables.syncs, syncColumns, known),
    ...marksOfTombstones(dialect, tables, known),
  ]
}

/** Adds the columns of ours that a table of an older version lacks. */
export function completeTable(
  dialect: Dialect,
  name: TableName,
  columns: Readonly<Record<string, ColumnType>>,
  known: Catalogue,
): Statement[] {
  return addColumns(dialect, name, columns, lackingOf(known.get(name.table), columns))
}

/**
 * Brings a sync's tables of an older format to this one; each statement may be repeated after an
 * interruption, and the column that comes last tells that all were executed. Format 1 marked reopened
 * rows by a mapping version that no mapping has.
 */
export function upgradeStatements(
  dialect: Dialect,
  { baseline, held }: SyncTables,
  lacking: { readonly baseline: readonly string[]; readonly held: readonly string[] },
): Statement[] {
  const { quote } = dialect
  return [
    ...addColumns(dialect, baseline, baselineColumns, lacking.baseline),
    statement(
      `update ${tableReference(dialect, baseline)} set ${quote('reopened')} = true where ${quote('mapping_version')} = 0`,
    ),
    ...addColumns(dialect, held, heldColumns, lacking.held),
  ]
}

/** Names of the columns of ours that tables of a sync lack; a table that isn't there lacks none. */
export function lackingColumns(
  catalogue: Catalogue,
  { baseline, held }: SyncTables,
): { readonly baseline: readonly string[]; readonly held: readonly string[] } {
  return {
    baseline: lackingOf(catalogue.get(baseline.table), baselineColumns),
    held: lackingOf(catalogue.get(held.table), heldColumns),
  }
}

function lackingOf(
  known: readonly { readonly name: string }[] | undefined,
  ours: object,
): readonly string[] {
  if (known === undefined) return []
  return Object.keys(ours).filter((name) => known.every((column) => column.name !== name))
}

/** An empty baseline for a model with this key and these columns. */
export function createBaseline(
  dialect: Dialect,
  tables: SyncTables,
  key: Column,
  columns: readonly Column[],
): Statement {
  const model = columns.map(
    (column) => `${dialect.quote(valueColumn(dialect, column.name))} ${column.nativeType}`,
  )
  const lines = [
    `${dialect.quote('key')} ${key.nativeType}`,
    ...definitions(dialect, baselineColumns),
    ...model,
  ]
  return statement(
    `create table if not exists ${tableReference(dialect, tables.baseline)} (${lines.join(', ')})`,
  )
}

export function createPlan(dialect: Dialect, tables: RunTables): Statement[] {
  return [dropTable(dialect, tables.plan), createTable(dialect, tables.plan, planColumns)]
}

/** An empty table of results, whatever was there: another version's may have had other columns. */
export function createResults(dialect: Dialect, { results }: RunTables): Statement[] {
  return [dropTable(dialect, results), createTable(dialect, results, resultColumns)]
}

export function dropTable(dialect: Dialect, name: TableName): Statement {
  return statement(`drop table if exists ${tableReference(dialect, name)}`)
}

/** The load target for a table of ours: its columns as model columns. */
export function workingColumns(
  dialect: Dialect,
  columns: Readonly<Record<string, ColumnType>>,
): Column[] {
  const kinds = {
    text: 'text',
    bigint: 'integer',
    boolean: 'boolean',
    timestamp_tz: 'timestamp_tz',
  } as const
  return Object.entries(columns).map(([name, type]) => ({
    name,
    kind: kinds[type],
    nativeType: dialect.types[type],
  }))
}

export function statement(text: string, parameters: Statement['parameters'] = []): Statement {
  return { text, parameters }
}

export function createTable(
  dialect: Dialect,
  name: TableName,
  columns: Readonly<Record<string, ColumnType>>,
): Statement {
  return statement(
    `create table if not exists ${tableReference(dialect, name)} (${definitions(dialect, columns).join(', ')})`,
  )
}

function addColumns(
  dialect: Dialect,
  name: TableName,
  columns: Readonly<Record<string, ColumnType>>,
  lacking: readonly string[],
): Statement[] {
  const table = tableReference(dialect, name)
  return Object.entries(columns)
    .filter(([column]) => lacking.includes(column))
    .map(([column, type]) =>
      statement(
        `alter table ${table} add column if not exists ${dialect.quote(column)} ${dialect.types[type]}`,
      ),
    )
}

function definitions(dialect: Dialect, columns: Readonly<Record<string, ColumnType>>): string[] {
  return Object.entries(columns).map(
    ([name, type]) => `${dialect.quote(name)} ${dialect.types[type]}`,
  )
}
