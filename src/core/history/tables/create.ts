/** The tables of a pulled object, as statements that create what is missing. */
import type { Column } from '../../../model/value.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { dropTable, statement } from '../../sql/working-schema.ts'
import {
  changeColumns,
  definitions,
  latestColumns,
  logColumns,
  type OwnColumns,
  pastColumns,
  readColumns,
} from '../columns/own-columns.ts'
import type { HistoryTables } from './tables.ts'

export function createHistory(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
): Statement[] {
  const { changes, past, latest } = tables
  return [
    statement(dialect.createSchema(changes.schema)),
    ...createKept(dialect, changes, changeColumns, logColumns(dialect, fields), '_event_at'),
    ...createKept(dialect, past, pastColumns, fields, '_event_at'),
    ...createKept(dialect, latest, latestColumns, fields, '_event_at'),
  ]
}

/** An empty staging table, to be loaded with what arrived. */
export function createStaging(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
): Statement[] {
  return createEmpty(dialect, tables.staging, changeColumns, fields)
}

/** An empty table for what a read finds. */
export function createRead(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
): Statement[] {
  return createEmpty(dialect, tables.read, readColumns, fields)
}

/** Adds the columns of fields that were met only after the read had begun. */
export function addReadFields(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
): Statement[] {
  return addColumns(dialect, tables.read, logColumns(dialect, fields))
}

/** Adds the columns of new fields to the log and to the versions; nothing else is ever altered. */
export function addFields(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
): Statement[] {
  const added = [
    [tables.changes, logColumns(dialect, fields)],
    [tables.past, fields],
    [tables.latest, fields],
  ] as const
  return added.flatMap(([table, columns]) => addColumns(dialect, table, columns))
}

/** Drops what one load and fold worked with. */
export function dropScratch(dialect: Dialect, tables: HistoryTables): Statement[] {
  const { read, staging, known, fresh, touched, base } = tables
  return [read, staging, known, fresh, touched, base].map((table) => dropTable(dialect, table))
}

function addColumns(dialect: Dialect, table: TableName, columns: readonly Column[]): Statement[] {
  return columns.map(({ name, nativeType }) =>
    statement(
      `alter table ${tableReference(dialect, table)} add column if not exists ${dialect.quote(name)} ${nativeType}`,
    ),
  )
}

function createEmpty(
  dialect: Dialect,
  name: TableName,
  own: OwnColumns,
  fields: readonly Column[],
): Statement[] {
  const columns = definitions(dialect, own, logColumns(dialect, fields))
  return [
    dropTable(dialect, name),
    statement(`create table ${tableReference(dialect, name)} (${columns.join(', ')})`),
  ]
}

function createKept(
  dialect: Dialect,
  name: TableName,
  own: OwnColumns,
  fields: readonly Column[],
  time: string,
): Statement[] {
  const columns = definitions(dialect, own, fields).join(', ')
  return [
    statement(
      `create table if not exists ${tableReference(dialect, name)} (${columns})${dialect.keptBy('_key', time)}`,
    ),
    ...dialect.foundByStatements(name, ['_key', time]).map((text) => statement(text)),
  ]
}
