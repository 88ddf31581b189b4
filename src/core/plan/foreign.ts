/**
 * Records that carry a key of ours and are another project's: two projects may have syncs of one name,
 * whose keys are the same and mean different things. Their match values tell them apart.
 */
import type { CrmValue } from '../../model/operation.ts'
import type { Matching } from '../mapping/mapping.ts'
import type { CrmRecord } from './crm-record.ts'

/** Whether a record that was found by a key of our own has another match value than the row, `own`. */
export function hasOtherMatch(
  { match, identity, normalise }: Matching,
  own: CrmValue,
  record: CrmRecord,
): boolean {
  if (match === null || identity === null || identity.name === match.name) return false
  const crm = record.values[match.name] ?? null
  if (crm === null || crm === '') return false
  // Records that were found by the match value may spell it in another way.
  const folded = (value: string): string => normalise(match, value).trim().toLowerCase()
  return folded(crm) !== folded(own ?? '')
}

/** Why such a row is rejected. */
export function foreignReason({ match, identity }: Matching, { id }: CrmRecord) {
  const [key, value] = [identity?.name ?? 'key', match?.name ?? 'match value']
  const message = `record ${id} has the row's ${key} and another ${value}`
  return { reason: 'record.foreign', message, hold: 'retry' } as const
}
