/** The texts by which values are compared, written by each warehouse's own SQL. */
import type { Column } from '../../model/value.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { ComparedAs } from './compared-as.ts'
import type { ColumnPair } from './pair-columns.ts'

/** Of equal texts the values are equal, and mostly the other way round; null for null. */
export function comparedText(
  dialect: Dialect,
  expression: string,
  column: Column,
  as: ComparedAs,
): string {
  const text = dialect.canonicalText(expression, column)
  switch (as) {
    case 'text':
      return text
    case 'number':
      return column.kind === 'decimal' && column.scale !== 0 ? withoutZeros(text) : text
    case 'double':
      return dialect.significantText(expression)
    case 'instant':
      return withoutZone(dialect, text, column)
    case 'json':
      return column.kind === 'json' ? dialect.compactJson(expression) : text
    default:
      return as satisfies never
  }
}

/** Whether a text may hold whatever separates one text from the next. */
export function isFreeText({ left, right, as }: ColumnPair): boolean {
  if (as === 'json') return true
  return (
    as === 'text' && [left, right].some(({ kind }) => kind === 'text' || kind === 'unsupported')
  )
}

function withoutZeros(text: string): string {
  return `case when ${text} like '%.%' then rtrim(rtrim(${text}, '0'), '.') else ${text} end`
}

function withoutZone(dialect: Dialect, text: string, { kind }: Column): string {
  if (kind === 'date') return dialect.concat([text, `'T00:00:00.000000'`])
  return kind === 'timestamp_tz' ? `rtrim(${text}, 'Z')` : text
}
