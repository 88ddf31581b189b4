/**
 * Whether a value can stand in a column exactly, and as which text. What does not fit is never changed until it
 * does (promise 5): it belongs into a column of its own, and the fold's casts never meet it.
 */
import type { KnownValue } from '../../model/change.ts'
import type { Column } from '../../model/value.ts'
import { plainNumber } from '../mapping/number.ts'

const maxInteger = 2n ** 63n - 1n
const minInteger = -(2n ** 63n)
/** Digits of the widest decimal that every warehouse but PostgreSQL has. */
const decimalDigits = 38

/** The column's canonical text of the value; null where the column can't hold it. */
export function fit(value: KnownValue, column: Column): string | null {
  switch (column.kind) {
    case 'text':
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'timestamp_tz':
    case 'text_array':
      return value.kind === column.kind ? value.text : null
    case 'integer':
      return value.kind === 'integer' && isInRange(value.text) ? value.text : null
    case 'decimal':
      return isExact(value) ? fitDecimal(value.text, column.scale) : null
    case 'double':
      return value.kind === 'double' || (isExact(value) && isDouble(value.text)) ? value.text : null
    case 'json':
      return jsonOf(value)
    case 'unsupported':
      return null
    default:
      return column.kind satisfies never
  }
}

function isExact({ kind }: KnownValue): boolean {
  return kind === 'integer' || kind === 'decimal'
}

function isInRange(text: string): boolean {
  const integer = BigInt(text)
  return integer >= minInteger && integer <= maxInteger
}

/** Padded to the column's scale; without one each value keeps the digits it came with. */
function fitDecimal(text: string, scale: number | undefined): string | null {
  const plain = plainNumber(text)
  if (plain === null || scale === undefined) return plain
  const [whole = '', fraction = ''] = plain.split('.')
  const digits = whole.replace('-', '').length
  if (fraction.length > scale || digits > decimalDigits - scale) return null
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0')}`
}

/** Whether the nearest double is written with these very digits. */
function isDouble(text: string): boolean {
  const plain = plainNumber(text)
  return plain !== null && plainNumber(String(Number(plain))) === plain
}

/** JSON holds every value, other than one that its own syntax has no number for. */
function jsonOf({ kind, text }: KnownValue): string | null {
  switch (kind) {
    case 'json':
    case 'integer':
    case 'decimal':
    case 'boolean':
    case 'text_array':
      return text
    case 'text':
    case 'date':
    case 'timestamp':
    case 'timestamp_tz':
      return JSON.stringify(text)
    case 'double':
      return plainNumber(text) === null ? null : text
    default:
      return kind satisfies never
  }
}
