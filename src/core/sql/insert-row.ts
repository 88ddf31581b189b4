/** One row of a table of ours, from values that are no one's data: names, counts, times. */
import type { Dialect, TableName } from './dialect.ts'
import { tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

type ColumnType = keyof Dialect['types']

/** Instants are canonical texts. */
export function insertRow<Columns extends Readonly<Record<string, ColumnType>>>(
  dialect: Dialect,
  table: TableName,
  columns: Columns,
  row: Readonly<Record<keyof Columns, string | number>>,
): Statement {
  const { literal, quote, types } = dialect
  const names = Object.keys(columns).map((name) => quote(name))
  const values = Object.entries(columns).map(([name, type]) => {
    const value = row[name]
    if (typeof value === 'number') return String(value)
    const text = literal(value ?? '')
    return type === 'text' ? text : `cast(${text} as ${types[type]})`
  })
  return statement(
    `insert into ${tableReference(dialect, table)} (${names.join(', ')}) values (${values.join(', ')})`,
  )
}
