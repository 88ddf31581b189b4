/**
 * Whether a value can stand in a column exactly, and as which text. What does not fit is never changed until it
 * does (promise 5): it belongs into a column of its own, and the fold's casts never meet it.
 */
import type { KnownValue } from '../../../model/change.ts'
import type { Column } from '../../../model/value.ts'
import { fitsInt64 } from '../../change/record-key.ts'
import { plainNumber } from '../../mapping/number.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { escapedJson, isHeldAsJson, isHeldAsText, isHeldAsTexts } from '../../sql/held-text.ts'

export interface FieldColumn extends Column {
  /** Holds the JSON of values that the warehouse has no type for, as text. */
  readonly isSource?: true
}

/** Digits of the widest decimal that every warehouse but PostgreSQL has. */
const decimalDigits = 38

/** The column's canonical text of the value; null where the column can't hold it. */
export function fit(
  value: KnownValue,
  column: FieldColumn,
  dialect: Pick<Dialect, 'texts'>,
): string | null {
  if (column.isSource === true) return isHeld(value, dialect) ? null : jsonOf(value)
  switch (column.kind) {
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'timestamp_tz':
      return value.kind === column.kind ? value.text : null
    case 'text':
    case 'text_array':
      return value.kind === column.kind && isHeld(value, dialect) ? value.text : null
    case 'integer':
      return value.kind === 'integer' && fitsInt64(value.text) ? value.text : null
    case 'decimal':
      return isExact(value) ? fitDecimal(value.text, column.scale) : null
    case 'double':
      return value.kind === 'double' || (isExact(value) && isDouble(value.text)) ? value.text : null
    case 'json': {
      const json = jsonOf(value)
      return json !== null && isHeldAsJson(dialect, json) ? json : null
    }
    case 'unsupported':
      return null
    default:
      return column.kind satisfies never
  }
}

/** Whether a column of the value's own kind can hold its text. */
function isHeld({ kind, text }: KnownValue, dialect: Pick<Dialect, 'texts'>): boolean {
  switch (kind) {
    case 'text':
      return isHeldAsText(dialect, text)
    case 'text_array':
      return isHeldAsTexts(dialect, text)
    case 'json':
      return isHeldAsJson(dialect, escapedJson(text))
    default:
      return true
  }
}

function isExact({ kind }: KnownValue): boolean {
  return kind === 'integer' || kind === 'decimal'
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
export function jsonOf({ kind, text }: KnownValue): string | null {
  switch (kind) {
    case 'json':
    case 'text_array':
      return escapedJson(text)
    case 'integer':
    case 'decimal':
    case 'boolean':
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
