/** Whether a due field's value is sent, by its conditions and what the CRM holds. */
import type { CompiledField, CompiledMapping } from '../mapping/mapping.ts'
import type { CrmValue, Disposition, FieldChange } from '../../model/operation.ts'
import { isHeld } from '../mapping/normal-form.ts'
import { sameValue } from '../mapping/same-value.ts'
import type { CrmRecord } from './crm-record.ts'
import { linksInDoubt } from './link-doubt.ts'
import type { BaselineRow } from './plan-row.ts'

export interface Verdict {
  readonly disposition: Disposition
  readonly change: FieldChange | null
}

export function judgeField(
  compiled: CompiledField,
  after: CrmValue,
  record: CrmRecord,
  baseline: BaselineRow | null,
  { match, normalise }: CompiledMapping,
): Verdict {
  const { field, mapping } = compiled
  const name = field.name
  const seen = name in record.values
  const crm = record.values[name] ?? null
  const sent = baseline?.crmValues[name]
  // Where nobody looked, what can't have changed since is what was confirmed.
  const known = seen ? crm : field.createOnly === true ? sent : undefined
  if (known !== undefined && isHeld(normalise, field, known, after)) {
    return { disposition: 'sent', change: null }
  }
  if (after === null && mapping.nulls === 'transition' && !isOurs(baseline, name))
    return withhold('skipped')
  if (mapping.write === 'if_empty' && !(seen && isEmpty(crm))) return withhold('skipped')
  const releasedByUs = isReleased(compiled, crm, baseline, match)
  if (
    mapping.write === 'if_unchanged' &&
    !releasedByUs &&
    !isUnchanged(compiled, seen, crm, sent)
  ) {
    return withhold('conflict')
  }
  if (seen && !releasedByUs && isTheirs(compiled, crm, sent)) {
    return withhold(mapping.conflict === 'ask' ? 'conflict' : 'skipped')
  }
  const change: FieldChange = {
    ...(sent === undefined ? {} : { sent }),
    ...(seen ? { crm } : {}),
    after,
  }
  return { disposition: 'sent', change }
}

/** Whether the record has, or may have, something of ours in the field, which a null takes away. */
export function isOurs(baseline: BaselineRow | null, name: string): boolean {
  if (baseline === null || isWithheld(baseline, name)) return false
  const { crmValues } = baseline
  return (crmValues[name] ?? null) !== null || linksInDoubt(crmValues, name).length > 0
}

/** Whether the field's last value was not sent. Of an unknown fate, what was confirmed is ours all the same. */
export function isWithheld({ withheld }: BaselineRow, name: string): boolean {
  const disposition = withheld[name]
  return disposition !== undefined && disposition !== 'unknown'
}

/** Whether it depends on what the CRM holds if the field is written, so that the look must not be old. */
export function isDecidedByLook({ write, conflict }: CompiledField['mapping']): boolean {
  return write !== 'always' || conflict !== 'ours'
}

/** A person changed what we confirmed, and by the field's policy it is not ours to write over. */
export function isTheirs(
  { field, mapping }: CompiledField,
  crm: CrmValue,
  confirmed: CrmValue | undefined,
): boolean {
  // The other conditions say for themselves what becomes of a person's value.
  if (mapping.write !== 'always' || mapping.conflict === 'ours' || confirmed === undefined) {
    return false
  }
  return !sameValue(field, crm, confirmed)
}

/** A match value that we cleared ourselves, to break a ring of claims, is nobody's edit. */
function isReleased(
  { field }: CompiledField,
  crm: CrmValue,
  baseline: BaselineRow | null,
  match: CompiledMapping['match'],
): boolean {
  if (match?.field.name !== field.name || baseline === null) return false
  const isThere = baseline.presence === 'present' || baseline.presence === 'cleared'
  return isThere && baseline.matchValue === null && isEmpty(crm)
}

function withhold(disposition: Disposition): Verdict {
  return { disposition, change: null }
}

function isUnchanged(
  { field }: CompiledField,
  seen: boolean,
  crm: CrmValue,
  sent: CrmValue | undefined,
): boolean {
  if (!seen) return false
  return sent === undefined ? isEmpty(crm) : sameValue(field, crm, sent)
}

/** Null and the empty text are the same to a CRM. */
export function isEmpty(value: CrmValue): boolean {
  return value === null || value === ''
}
