/**
 * What a CRM makes of values on arrival: comparing what is to be sent with what is held without it
 * would find differences that are none.
 */
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import { sameValue } from './same-value.ts'

/** The form that the CRM gives a value of the field; the same for values that are one to it. */
export type Normalise = (field: Field, value: string) => string

/** Whether the CRM holds what a write of `after` would leave there. */
export function isHeld(
  normalise: Normalise,
  field: Field,
  held: CrmValue,
  after: CrmValue,
): boolean {
  const normal = (value: CrmValue): CrmValue => (value === null ? null : normalise(field, value))
  return sameValue(field, normal(held), normal(after))
}

/**
 * What two values have in common that find the same records: what must be unique among match values,
 * and what a claim is recognised by. Not to be written: it may have lost its capitals.
 */
export function matchKey(normalise: Normalise, field: Field, value: string): string {
  const text = normalise(field, value)
  return field.ignoresCase === true ? text.trim().toLowerCase() : text
}
