/** How SOQL that can't be understood is refused: with the place where it stops making sense. */
import { type ApiError, refused } from '../wire/api-error.ts'

export function malformed(soql: string, at: number, what: string): ApiError {
  return refused('MALFORMED_QUERY', `${pointed(soql, at)}${what}`)
}

/** The place in the query, as Salesforce draws it before the message. */
export function pointed(soql: string, at: number): string {
  const from = Math.max(0, at - 30)
  const excerpt = soql.slice(from, at + 30)
  const arrow = `${' '.repeat(at - from)}^`
  return `\n${excerpt}\n${arrow}\nERROR at Row:1:Column:${at + 1}\n`
}
