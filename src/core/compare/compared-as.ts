/**
 * As what the values of two columns are compared. Their texts in SQL need only this: equal texts are equal
 * values. What has different texts is read, and judged by `normal-form.ts`.
 */
import type { Column, ValueKind } from '../../model/value.ts'

/**
 * - `text`: by their canonical texts.
 * - `number`: exactly, whatever the scale: `1`, `1.0` and `1.00` are the same.
 * - `double`: to 15 significant digits, like the diff of a push: sums differ in the last ones.
 * - `instant`: dates and timestamps of different kinds; a date is its midnight, and what has no zone is UTC.
 * - `json`: by what they say; blanks, the order of keys and the form of numbers don't count.
 */
export const comparedAsForms = ['text', 'number', 'double', 'instant', 'json'] as const
export type ComparedAs = (typeof comparedAsForms)[number]

const numbers: readonly ValueKind[] = ['integer', 'decimal', 'double']
const times: readonly ValueKind[] = ['date', 'timestamp', 'timestamp_tz']
const documents: readonly ValueKind[] = ['json', 'text_array']
/** Kinds with one usual text for each value, in which a column of texts may hold it. */
const spelledAlike: readonly ValueKind[] = ['text', 'integer', 'boolean', 'date']

/** Null where no value of one could ever be equal to one of the other. */
export function comparedAs(
  left: Column,
  right: Column,
  { sameDialect }: { readonly sameDialect: boolean },
): ComparedAs | null {
  const kinds = [left.kind, right.kind]
  const are = (list: readonly ValueKind[]): boolean => kinds.every((kind) => list.includes(kind))
  if (kinds.includes('unsupported')) {
    // A warehouse writes values of one type in one way.
    return sameDialect && left.nativeType === right.nativeType ? 'text' : null
  }
  if (are(numbers)) return kinds.includes('double') ? 'double' : 'number'
  if (are([...documents, 'text']) && kinds.some((kind) => documents.includes(kind))) return 'json'
  if (left.kind === right.kind) return 'text'
  if (are(times)) return 'instant'
  return kinds.includes('text') && are(spelledAlike) ? 'text' : null
}
