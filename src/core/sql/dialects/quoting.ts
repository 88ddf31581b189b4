/** The two ways of standard SQL to put a text between quotes; dialects that escape otherwise say so. */

import type { WindowOrder } from '../dialect.ts'

/** `"a""b"` */
export function doubleQuoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

/** `'it''s'` */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The names of a schema's tables, where the catalogue is that of the SQL standard. */
export function tablesInCatalogue(schema: string): string {
  return `select table_name from information_schema.tables where table_catalog = current_database() and table_schema = ${schema}`
}

/** The names of a schema's tables and views with their columns, in order, in such a catalogue. */
export function columnsInCatalogue(schema: string): string {
  return `select table_name, column_name from information_schema.columns where table_catalog = current_database() and table_schema = ${schema} order by table_name, ordinal_position`
}

/** `(a || b)`, and an empty text for nothing. */
export function concatenated(expressions: readonly string[]): string {
  return expressions.length === 0 ? "''" : `(${expressions.join(' || ')})`
}

const textOrBlanks = String.raw`("(?:[^"\\]|\\.)*")|\s+`

/**
 * JSON text without the blanks between its tokens, by pattern: who parses it and writes it anew (DuckDB's `json`)
 * makes doubles of its numbers, and two values one (promise 5).
 */
export function withoutBlanks(text: string): string {
  return `regexp_replace(${text}, '${textOrBlanks}', '\\1', 'g')`
}

/** A window whose frame ends with the present row. */
export function upToThisRow({ partition, order }: WindowOrder): string {
  return `over (partition by ${partition} order by ${order} rows between unbounded preceding and current row)`
}
