/** A row whose record people merged into another one: the row goes on with that. */
import type { CrmValue } from '../../model/operation.ts'
import type { CrmRecord } from './crm-record.ts'
import type { BaselineRow } from './plan-row.ts'

/**
 * The baseline as it stands after the merge. What we confirmed in the lost record is what each field's policy compares
 * with, and every field is looked at, as the survivor may hold none of it.
 */
export function followMerge(
  baseline: BaselineRow,
  survivor: CrmRecord,
  match: string | undefined,
): BaselineRow {
  if (survivor.id === baseline.remoteId) return baseline
  return {
    ...baseline,
    remoteId: survivor.id,
    origin: 'adopted',
    crmValues: { ...baseline.crmValues, ...mainValue(survivor, match) },
    reopened: true,
  }
}

/** Which of a survivor's values to be found by is the main one, the people chose who merged. */
export function mainValue(
  { values }: CrmRecord,
  match: string | undefined,
): Readonly<Record<string, CrmValue>> {
  const main = match === undefined ? null : (values[match] ?? null)
  return match === undefined || main === null ? {} : { [match]: main }
}
