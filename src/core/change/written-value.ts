/** Values that somebody wrote down with their kind: taken as what they are, or not at all (promise 5). */
import type { KnownValue } from '../../model/change.ts'
import { plainNumber } from '../mapping/number.ts'
import { instantOf, isDate, zonelessOf } from './instant.ts'
import { jsonText, parseJsonLosslessly } from './json-value.ts'

/** The canonical text of a value of the kind; null for a text that is none. */
export function writtenText(kind: KnownValue['kind'], text: string): string | null {
  switch (kind) {
    case 'text':
      return text
    case 'integer':
      return integerIn(text)
    case 'decimal':
      return plainNumber(text)
    case 'double':
      return notFinite.includes(text) || plainNumber(text) !== null ? text : null
    case 'boolean':
      return text === 'true' || text === 'false' ? text : null
    case 'date':
      return isDate(text) ? text : null
    case 'timestamp':
      return zonelessOf(text)
    case 'timestamp_tz':
      return instantOf(text)
    case 'json':
      return jsonIn(text, () => true)
    case 'text_array':
      return jsonIn(text, (json) => Array.isArray(json) && json.every(isTextOrNull))
    default:
      return kind satisfies never
  }
}

const notFinite: readonly string[] = ['NaN', 'Infinity', '-Infinity']

function integerIn(text: string): string | null {
  const plain = plainNumber(text)
  return plain?.includes('.') === true ? null : plain
}

function jsonIn(text: string, fits: (json: unknown) => boolean): string | null {
  const json = parseJsonLosslessly(text)
  return json !== undefined && fits(json) ? jsonText(json) : null
}

function isTextOrNull(json: unknown): boolean {
  return json === null || typeof json === 'string'
}
