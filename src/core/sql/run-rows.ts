/** What the working schema tells of runs: a row for each, and one for each object that a pull read. */
import type { Dialect } from './dialect.ts'
import { insertRow } from './insert-row.ts'
import { type SharedTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { createTable, runColumns, statement } from './working-schema.ts'

type RowOf<Columns> = Readonly<Record<keyof Columns, string | number>>

const readColumns = {
  run_id: 'text',
  sync: 'text',
  object: 'text',
  ended_at: 'timestamp_tz',
  read: 'bigint',
  added: 'bigint',
  created: 'bigint',
  changed: 'bigint',
  deleted: 'bigint',
  withheld: 'bigint',
  erased: 'bigint',
  fields: 'text',
} as const

/** The run's row, in place of what stands there of it. */
export function putRun(
  dialect: Dialect,
  { runs }: SharedTables,
  row: RowOf<typeof runColumns>,
): Statement[] {
  const { literal, quote } = dialect
  const ofRun = `${quote('run_id')} = ${literal(String(row.run_id))}`
  return [
    statement(`delete from ${tableReference(dialect, runs)} where ${ofRun}`),
    insertRow(dialect, runs, runColumns, row),
  ]
}

export function createReads(dialect: Dialect, { reads }: SharedTables): Statement {
  return createTable(dialect, reads, readColumns)
}

export function addRead(
  dialect: Dialect,
  { reads }: SharedTables,
  row: RowOf<typeof readColumns>,
): Statement {
  return insertRow(dialect, reads, readColumns, row)
}
