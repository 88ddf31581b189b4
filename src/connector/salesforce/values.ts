/** How values look on Salesforce's wire, and what Salesforce makes of those it changes on arrival. */
import { jsonText, NumberText } from '../../core/change/json-value.ts'
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import { plainNumber } from './plain-number.ts'
import { recordId } from './record-id.ts'
import type { SField } from './sobject.ts'

const numeric = ['int', 'long', 'double', 'currency', 'percent']

/** Emails go out as Salesforce keeps them, so that what was sent is what is held. */
export function toWire(field: SField, value: CrmValue): unknown {
  const text = stored(field, value)
  if (text === null) return null
  if (field.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return numeric.includes(field.type) ? digits(text) : text
}

/** What a field holds after a write of `value`; an empty text is empty. */
export function stored(field: Pick<SField, 'type'>, value: CrmValue): CrmValue {
  const text = value?.trim() ?? ''
  if (text === '') return null
  if (field.type === 'email') return text.toLowerCase()
  if (field.type === 'reference' || field.type === 'id') return recordId(text) ?? text
  return field.type === 'time' ? timeOfDay(text) : text
}

/** With seconds and thousandths, as Salesforce answers it. */
function timeOfDay(text: string): string {
  const [, minutes, seconds = '00', fraction = ''] =
    /^(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?Z?$/.exec(text) ?? []
  return minutes === undefined ? text : `${minutes}:${seconds}.${fraction.padEnd(3, '0')}Z`
}

/** A value as read losslessly; numbers without what a double adds to them. */
export function fromWire(field: SField, value: unknown): CrmValue {
  if (value === null || value === undefined || value === '') return null
  const text = value instanceof NumberText ? value.text : value
  if (typeof text !== 'string') return jsonText(text)
  if (field.type === 'datetime') return text.replace(/[+-]00:?00$/, 'Z')
  return numeric.includes(field.type) ? plainNumber(text) : text
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** What `JSON.stringify` writes as these very digits; a text that is no plain number stays a text. */
function digits(text: string): unknown {
  return number.test(text) ? JSON.rawJSON(text) : text
}

/** Ids tell case apart, and so do the keys that an administrator made so. */
export function ignoresCase({ type, caseSensitive }: SField): boolean {
  return !caseSensitive && type !== 'id' && type !== 'reference'
}

/** Texts that a lookup takes for the same value. */
export function lookupKey(field: SField, value: string): string {
  const text = stored(field, value) ?? ''
  if (numeric.includes(field.type)) return plainNumber(text)
  return ignoresCase(field) ? text.toLowerCase() : text
}

/** As `stored`, by what is known of a field outside of this connector. */
export function normalise({ nativeType }: Pick<Field, 'nativeType'>, value: string): string {
  return stored({ type: nativeType ?? '' }, value) ?? ''
}
