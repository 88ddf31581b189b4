/** Whether what the CRM holds now is another thing than what this sync knows of it. */
import type { Field } from '../../model/field.ts'
import type { CrmValue, Disposition } from '../../model/operation.ts'
import type { WriteCondition } from '../../model/sync.ts'
import { sameValue } from '../mapping/same-value.ts'
import { isEmpty } from './judge-field.ts'

/** What is known of one field of a record. */
export interface KnownField {
  readonly field: Field
  readonly write: WriteCondition
  /** What the CRM last confirmed; undefined where it confirmed nothing. */
  readonly confirmed: CrmValue | undefined
  /** Why its value was not sent; null where it was. */
  readonly withheld: Disposition | null
  /** Whether the model has a value that could be sent. */
  readonly hasValue: boolean
}

/**
 * - `edited`: the CRM holds another value than it confirmed.
 * - `freed`: the value was withheld by a write condition, which lets it through now.
 */
export type FieldDrift = 'edited' | 'freed'

export function fieldDrift(known: KnownField, now: CrmValue): FieldDrift | null {
  const { field, confirmed, withheld } = known
  if (withheld !== null) return isFreed(known, now) ? 'freed' : null
  if (confirmed === undefined || sameValue(field, confirmed, now)) return null
  return 'edited'
}

/** A field that stays withheld is the person's by configuration, whatever they make of it. */
function isFreed(
  { field, write, confirmed, withheld, hasValue }: KnownField,
  now: CrmValue,
): boolean {
  if (!hasValue) return false
  if (write === 'if_empty') return withheld === 'skipped' && isEmpty(now)
  if (write !== 'if_unchanged' || withheld !== 'conflict') return false
  return confirmed === undefined ? isEmpty(now) : sameValue(field, now, confirmed)
}
