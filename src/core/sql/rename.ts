/** Everything of one sync under another name. */
import type { Catalogue } from './catalogue.ts'
import type { Dialect, TableName } from './dialect.ts'
import { joinErasureMarks } from './erasure-mark.ts'
import { type SharedTables, type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { dropTable, statement } from './working-schema.ts'

export interface Renaming {
  readonly dialect: Dialect
  readonly shared: SharedTables
  /** What the working schema has. */
  readonly catalogue: Catalogue
  readonly from: string
  readonly to: string
  /** Of the lease under which it is renamed: whoever wrote under an earlier one writes no more. */
  readonly fence: number
  /** What is to be done while the rows have the former name still. */
  readonly before: readonly Statement[]
}

/** The tables that a push has for itself. */
export function renameTables(
  dialect: Dialect,
  old: SyncTables,
  renamed: SyncTables,
): readonly Statement[] {
  return (['baseline', 'held'] as const).flatMap((name) => [
    ...dialect
      .createTableAs(
        tableReference(dialect, renamed[name]),
        `select * from ${tableReference(dialect, old[name])}`,
      )
      .map((text) => statement(text)),
    dropTable(dialect, old[name]),
  ])
}

/** The versions of a mapping under which nothing was ever confirmed. */
export function forgetVersions(dialect: Dialect, shared: SharedTables, name: string): Statement {
  const { literal, quote } = dialect
  return statement(
    `delete from ${tableReference(dialect, shared.mappings)} where ${quote('sync')} = ${literal(name)}`,
  )
}

/** The rows of the tables that all syncs share; those of `to` that tell where it stands give way. */
export function renameRows(renaming: Renaming): readonly Statement[] {
  return [...begin(renaming), forgetSync(renaming, renaming.to), ...takeRows(renaming)]
}

/** As `renameRows`, where it is `from` that gives way: what it left goes to `to`, which stands as it stood. */
export function joinRows(renaming: Renaming): readonly Statement[] {
  return [...begin(renaming), forgetSync(renaming, renaming.from), ...takeRows(renaming)]
}

function begin(renaming: Renaming): readonly Statement[] {
  const { dialect, shared, from, to } = renaming
  return [fenceFrom(renaming), joinErasureMarks(dialect, shared, [from, to])]
}

/** Whoever lost the lease meanwhile affects no row, and everything is undone (promise 7). */
function fenceFrom({ dialect, shared, from, fence }: Renaming): Statement {
  const { literal, quote } = dialect
  return {
    text: `update ${tableReference(dialect, shared.syncs)} set ${quote('fence')} = ${fence} where ${quote('sync')} = ${literal(from)} and ${quote('fence')} <= ${fence}`,
    parameters: [],
    expectRows: 1,
  }
}

function forgetSync({ dialect, shared }: Renaming, sync: string): Statement {
  const { literal, quote } = dialect
  return statement(
    `delete from ${tableReference(dialect, shared.syncs)} where ${quote('sync')} = ${literal(sync)}`,
  )
}

function takeRows({
  dialect,
  shared,
  catalogue,
  from,
  to,
  before,
}: Renaming): readonly Statement[] {
  const { literal, quote } = dialect
  const taken = namedTables(shared, catalogue).map((table) =>
    statement(
      `update ${tableReference(dialect, table)} set ${quote('sync')} = ${literal(to)} where ${quote('sync')} = ${literal(from)}`,
    ),
  )
  return [...before, ...taken]
}

/** Those with a sync's name in a column, by what is there: a table that comes to be is not to be forgotten here. */
function namedTables(shared: SharedTables, catalogue: Catalogue): readonly TableName[] {
  const { failures, ...tables } = shared
  return Object.values<TableName>(tables).filter(
    ({ table }) =>
      table !== failures.table && catalogue.get(table)?.some(({ name }) => name === 'sync'),
  )
}
