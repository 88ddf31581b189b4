/**
 * How far the reads of an object have come: a table of the working schema, written in the transaction of the rows
 * (promise 1). Instants are canonical texts by the CRM's clock.
 */
import type { Dialect, TableName } from '../sql/dialect.ts'
import { insertRow } from '../sql/insert-row.ts'
import { tableReference } from '../sql/names.ts'
import type { Statement } from '../sql/statement.ts'
import { createTable, statement } from '../sql/working-schema.ts'

const positionColumns = {
  sync: 'text',
  object: 'text',
  since: 'text',
  whole_at: 'text',
} as const

export interface ReadPosition {
  /** Everything that the CRM had changed before this instant is in the history. */
  readonly since: string
  /** When the last read of all records began. */
  readonly wholeAt: string
}

interface Owner {
  readonly sync: string
  readonly object: string
}

export function createPositions(dialect: Dialect, table: TableName): Statement {
  return createTable(dialect, table, positionColumns)
}

/** `[since, whole at]`, or no row. */
export function positionOf(dialect: Dialect, table: TableName, owner: Owner): Statement {
  const { quote } = dialect
  return statement(
    `select ${quote('since')}, ${quote('whole_at')} from ${tableReference(dialect, table)} where ${ownedBy(dialect, owner)}`,
  )
}

export function putPosition(
  dialect: Dialect,
  table: TableName,
  owner: Owner,
  { since, wholeAt }: ReadPosition,
): Statement[] {
  return [
    statement(`delete from ${tableReference(dialect, table)} where ${ownedBy(dialect, owner)}`),
    insertRow(dialect, table, positionColumns, { ...owner, since, whole_at: wholeAt }),
  ]
}

function ownedBy({ literal, quote }: Dialect, { sync, object }: Owner): string {
  return `${quote('sync')} = ${literal(sync)} and ${quote('object')} = ${literal(object)}`
}
