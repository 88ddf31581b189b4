/** Values that the CRM accepted and left as they were, which its answer alone tells (promise 5). */
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { FieldKnowledge } from '../mapping/mapping.ts'
import { isHeld } from '../mapping/normal-form.ts'
import { sameValue } from '../mapping/same-value.ts'
import type { PlanRow } from '../plan/plan-row.ts'
import type { OperationOutcome } from './outcome.ts'

/** What a CRM may spell in its own way: that it gives back what it had need not mean that it refused. */
const respelled: readonly Field['type'][] = ['text', 'reference']

/**
 * The outcome of an update, by the values of the CRM's answer. Where a field still has the value from before, the rest counts as
 * written, and the row as rejected until its values change: sent again it would be left alone again.
 */
export function exceptNotTaken(
  { fields, normalise }: FieldKnowledge,
  row: PlanRow,
  returned: Readonly<Record<string, CrmValue>>,
  outcome: OperationOutcome,
): OperationOutcome {
  if (row.kind !== 'update') return outcome
  const kept = Object.entries(row.changes).flatMap(([name, { sent, crm, after }]) => {
    const field = fields.get(name)
    const now = returned[name]
    const before = crm === undefined ? sent : crm
    if (field === undefined || now === undefined || before === undefined) return []
    if (respelled.includes(field.type) || isHeld(normalise, field, now, after)) return []
    return sameValue(field, now, before) ? [name] : []
  })
  if (kept.length === 0) return outcome
  return {
    ...outcome,
    status: 'rejected',
    reason: 'value.not_taken',
    message: `the CRM took the request and kept what it had in ${kept.join(', ')}`,
    hold: 'content',
    reopen: true,
  }
}
