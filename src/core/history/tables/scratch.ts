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

/** As `createScratch`, for a table of the connection's own that takes the rows of each query, one query after the other. */
export function createTemporary(
  dialect: Dialect,
  table: string,
  [first, ...others]: readonly string[],
  column: string,
): Statement[] {
  if (first === undefined) throw new Error('a table is made of one query at least')
  const name = dialect.quote(table)
  const texts = [
    ...dialect.createTemporaryAs(name, first),
    ...others.map((query) => `insert into ${name} ${query}`),
    ...dialect.readByStatements(name, column),
  ]
  return texts.map((text) => statement(text))
}
