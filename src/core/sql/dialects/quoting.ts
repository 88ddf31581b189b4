/** The two ways of standard SQL to put a text between quotes; dialects that escape otherwise say so. */

/** `"a""b"` */
export function doubleQuoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

/** `'it''s'` */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** `(a || b)`, and an empty text for nothing. */
export function concatenated(expressions: readonly string[]): string {
  return expressions.length === 0 ? "''" : `(${expressions.join(' || ')})`
}
