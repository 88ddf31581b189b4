/** Whether the rows that are due now are those that a plan was made for. */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { type TableName, tableReference, valueColumn } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** The number of rows, as text, that only one of the two due tables has or that differ. */
export function movedRows(
  dialect: Dialect,
  planned: TableName,
  present: TableName,
  columns: readonly Column[],
): Statement {
  const { quote } = dialect
  const key = quote('key')
  const differs = columns.map((column) => {
    const name = quote(valueColumn(dialect, column.name))
    return dialect.distinct(
      dialect.comparable(`a.${name}`, column),
      dialect.comparable(`b.${name}`, column),
    )
  })
  const conditions = [
    `a.${key} is null`,
    `b.${key} is null`,
    `a.${quote('side')} <> b.${quote('side')}`,
    ...differs,
  ]
  return statement(
    `select ${dialect.toText('count(*)')} from ${tableReference(dialect, planned)} as a full join ${tableReference(dialect, present)} as b on a.${key} = b.${key} where ${conditions.join(' or ')}`,
  )
}
