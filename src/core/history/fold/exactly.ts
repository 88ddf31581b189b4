/** How values of versions are compared. */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../../sql/dialect.ts'

/** Exact, other than for the diff of a push: a double's last digit is part of what the CRM said. */
export function exactly(dialect: Dialect, expression: string, column: Column): string {
  const asText = ['json', 'text_array', 'unsupported'].includes(column.kind)
  return asText ? dialect.comparable(expression, column) : expression
}
