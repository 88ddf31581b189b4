/** Tables that a load and fold work with. */
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'

/**
 * Replaces the table by the query's rows, which are joined by the column. A warehouse that plans by what it knows of
 * a table is told of this one: for rows that it takes for few it compares each with each.
 */
export function createScratch(
  dialect: Dialect,
  table: TableName,
  query: string,
  column: string,
): Statement[] {
  const name = tableReference(dialect, table)
  const texts = [...dialect.createTableAs(name, query), ...dialect.readByStatements(name, column)]
  return texts.map((text) => statement(text))
}

/** As `createScratch`, for a table that is used in the same transaction and dropped in it. */
export function createTemporary(
  dialect: Dialect,
  table: string,
  query: string,
  column: string,
): Statement[] {
  const name = dialect.quote(table)
  const texts = [
    ...dialect.createTemporaryAs(name, query),
    ...dialect.readByStatements(name, column),
  ]
  return texts.map((text) => statement(text))
}
