/**
 * How a field's value stands in the change log, one text column for each field. Null: the change doesn't know
 * it. An empty text: an explicit null. `=` and the canonical text: a value. So `last_value(… ignore nulls)`
 * carries values and nulls forward, and columns of fields that few changes mention cost next to nothing.
 */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../../sql/dialect.ts'

const valuePrefix = '='
const nullText = ''

/** `undefined` is what the change doesn't know. */
export function wrap(text: string | null | undefined): string | null {
  if (text === undefined) return null
  return text === null ? nullText : `${valuePrefix}${text}`
}

/** `undefined` for what the change doesn't know. */
export function unwrap(wrapped: string | null): string | null | undefined {
  if (wrapped === null) return undefined
  return wrapped === nullText ? null : wrapped.slice(valuePrefix.length)
}

/** SQL: the native value of a wrapped one; what is not known is null, too. */
export function unwrapped(dialect: Dialect, expression: string, column: Column): string {
  return `case when ${expression} <> '' then ${dialect.fromCanonical(wrappedText(expression), column)} end`
}

/** SQL: the text in a wrapped value that is not null. */
export function wrappedText(expression: string): string {
  return `substr(${expression}, ${valuePrefix.length + 1})`
}

/** SQL: a native value, wrapped. */
export function wrapNative(dialect: Dialect, expression: string, column: Column): string {
  return `coalesce(${dialect.concat([`'${valuePrefix}'`, dialect.canonicalText(expression, column)])}, '')`
}
