/** What became of an operation whose request got no answer, judged by what the CRM holds now. */
import type { FieldKnowledge } from '../mapping/mapping.ts'
import { isAssociation } from '../mapping/association.ts'
import { isHeld } from '../mapping/normal-form.ts'
import { sameValue } from '../mapping/same-value.ts'
import type { CrmRecord } from '../plan/crm-record.ts'
import { hasOtherMatch } from '../plan/foreign.ts'
import type { PlanRow } from '../plan/plan-row.ts'

/**
 * - `applied`: the CRM holds what was sent.
 * - `foreign`: the record that a create's own key finds has another match value: nothing binds it to the row.
 * - `altered`: the record of a create is there with other values, or all of them a person's into whose record it
 *   was merged; it is bound to the row all the same, or a later change of its match value would create a second one (promise 4).
 * - `merged`: an update's record went up in another one, to which the row is bound from now on.
 * - `not_applied`: it holds what stood there before; sending again is safe.
 * - `changed`: something else; nothing is resent, the next plan looks anew.
 */
export type Fate = 'applied' | 'foreign' | 'altered' | 'merged' | 'not_applied' | 'changed'

/** `record` is undefined where the CRM has none, by a consistent read after the request settled. */
export function judgeFate(
  row: PlanRow,
  record: CrmRecord | undefined,
  knowledge: FieldKnowledge,
): Fate {
  switch (row.kind) {
    case 'create':
      if (record === undefined) return 'not_applied'
      if (isForeign(row, record, knowledge)) return 'foreign'
      if (holds(row, record, knowledge, 'after')) return 'applied'
      return 'altered'
    case 'update':
      if (record === undefined) return 'changed'
      // A read follows merges: another record than the row's is not what was written to. What a row that left
      // the model was to lose is not taken from it.
      if (record.id !== row.remoteId) return row.presence === 'present' ? 'merged' : 'changed'
      if (holds(row, record, knowledge, 'after')) return 'applied'
      return holds(row, record, knowledge, 'before') ? 'not_applied' : 'changed'
    case 'delete':
      return record === undefined || record.id !== row.remoteId ? 'applied' : 'not_applied'
    case 'none':
      return 'changed'
    default:
      return row.kind satisfies never
  }
}

/** Another project's create was faster, with the same key and a match value of its own. */
function isForeign(row: PlanRow, record: CrmRecord, knowledge: FieldKnowledge): boolean {
  const sent = knowledge.match === null ? undefined : row.changes[knowledge.match.name]
  return sent !== undefined && hasOtherMatch(knowledge, sent.after, record)
}

/** Whether one of the values that a create sent is in the record, beside the one by which that was found. */
export function showsAny(row: PlanRow, record: CrmRecord, knowledge: FieldKnowledge): boolean {
  return Object.entries(row.changes).some(
    ([name, change]) =>
      change.after !== null &&
      name !== knowledge.identity?.name &&
      !isAssociation(name) &&
      holds({ ...row, changes: { [name]: change } }, record, knowledge, 'after'),
  )
}

function holds(
  row: PlanRow,
  record: CrmRecord,
  knowledge: FieldKnowledge,
  which: 'after' | 'before',
): boolean {
  return Object.entries(row.changes).every(([name, change]) => {
    // Associations are written apart, after the record, and can be written again.
    if (isAssociation(name)) return true
    const field = knowledge.fields.get(name)
    if (field === undefined) return false
    const held = record.values[name] ?? null
    if (which === 'before') {
      // Without a look there is no value before; the last confirmed one stands for it.
      const before = change.crm !== undefined ? change.crm : change.sent
      return before !== undefined && sameValue(field, held, before)
    }
    return isHeld(knowledge.normalise, field, held, change.after)
  })
}
