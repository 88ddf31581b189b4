/** The outcomes of operations whose answers were lost, by what became of them. */
import type { RemoteRecord } from '../../../connector/connector.ts'
import { type Fate, showsAny } from '../../../core/delivery/fate.ts'
import {
  delivered,
  doubtful,
  type OperationOutcome,
  overwritten,
  undelivered,
  unjudged,
  withKnown,
} from '../../../core/delivery/outcome.ts'
import type { FieldKnowledge } from '../../../core/mapping/mapping.ts'
import { isHeld } from '../../../core/mapping/normal-form.ts'
import { sameValue } from '../../../core/mapping/same-value.ts'
import { mainValue } from '../../../core/plan/follow-merge.ts'
import { foreignReason } from '../../../core/plan/foreign.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { CrmValue } from '../../../model/operation.ts'
import type { RunContext } from '../../context.ts'
import { isUpserted } from './load-of.ts'

type Values = Readonly<Record<string, CrmValue>>

/** Sent again it might make a second record; given up it might leave one that nobody knows (promise 4). */
export function doubtfulOutcome(row: PlanRow): OperationOutcome {
  const message =
    'nobody can tell whether the record was created, as the unique field it carried is gone; look for it, then retry'
  return doubtful(row, message)
}

/**
 * People may have merged the record that the create made into another row's, or given that one its value. Rejected like
 * any row that finds another one's record, this one would get a second record as soon as its match value changes (promise 4).
 */
export function ownedOutcome(
  context: RunContext,
  row: PlanRow,
  id: string,
  owner: string,
): OperationOutcome {
  const message = `the answer was lost, and the record ${id}, which has the row’s match value, belongs to key ${owner}; look whether the row’s own was merged into it, then retry`
  const outcome = doubtful(row, message)
  return isUpserted(context, row) ? overwritten(outcome, id) : outcome
}

/** A look by the row's own value finds no record that went up in another: sent again it would make a second one. */
export function mergedAwayOutcome(row: PlanRow, survivor: string): OperationOutcome {
  const message = `the answer was lost, and a record with the row’s own value was merged into ${survivor}; look whether it was the one that was made, then retry`
  return doubtful(row, message)
}

/** Somebody may have been faster, or have merged what was made into the record. */
export function strangeOutcome(row: PlanRow, id: string): OperationOutcome {
  const message = `the answer was lost, and the record ${id}, which has the row’s match value, has nothing else of what was sent; look whether it was made for the row, then retry`
  return doubtful(row, message)
}

/** By what became of the operation; `record` is what was read of it. */
export function fateOutcome(
  context: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  fate: Exclude<Fate, 'not_applied'>,
  record: RemoteRecord | undefined,
): OperationOutcome {
  if (fate === 'foreign' && record !== undefined) {
    return undelivered(row, { status: 'rejected', ...foreignReason(knowledge, record) })
  }
  if (fate === 'altered' && record !== undefined) {
    return alteredOutcome(context, knowledge, row, record)
  }
  if (fate === 'merged' && record !== undefined) {
    return mergedOutcome(context, knowledge, row, record)
  }
  if (fate === 'applied') {
    const id = row.remoteId ?? record?.id ?? ''
    // An upsert may have found a record of somebody else's, which is not ours to delete.
    const created = !isUpserted(context, row)
    return delivered(row, { id, created, returned: record?.values ?? {} })
  }
  return changedOutcome(context, knowledge, row, record)
}

/**
 * What the record holds of what was sent is ours, though the row may be back to what it was when it is planned anew. A record that
 * was found for the row is its own, too.
 */
function changedOutcome(
  context: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  record: RemoteRecord | undefined,
): OperationOutcome {
  const isOwn = record !== undefined && record.id === row.remoteId
  if (isOwn && row.presence === 'present') return alteredOutcome(context, knowledge, row, record)
  const message = 'the answer was lost and the record changed since; it is planned anew'
  const outcome = undelivered(row, { status: 'deferred', reason: 'fate.changed', message })
  if (!isOwn) return outcome
  const known = { ...row.crmValues, ...arrived(knowledge, row, record) }
  return withKnown(row, outcome, known, context.sync)
}

/** Of the values that were sent, those that the record holds. */
function arrived(
  { fields, normalise }: FieldKnowledge,
  { changes }: PlanRow,
  record: RemoteRecord,
): Values {
  const values: Record<string, CrmValue> = {}
  for (const [name, { after }] of Object.entries(changes)) {
    const field = fields.get(name)
    const held = record.values[name] ?? null
    if (field !== undefined && isHeld(normalise, field, held, after)) values[name] = held
  }
  return values
}

/**
 * The record is bound to the row, or a later edit of its match value would make a second one. But it
 * may be a person's who was faster: one that a create found counts as adopted, and the next run judges the other fields.
 */
function alteredOutcome(
  context: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  record: RemoteRecord,
): OperationOutcome {
  const message = 'the answer was lost and the record changed since; the rest is planned anew'
  const lost = takenOver(context, knowledge, row, record)
  const crmValues = { ...lost, ...arrived(knowledge, row, record) }
  return boundOutcome(context, knowledge, row, { record, message, crmValues })
}

/** The row follows its record to the one that people merged it into, and writes to that in the next run. */
export function mergedOutcome(
  context: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  survivor: RemoteRecord,
): OperationOutcome {
  const message = `record ${row.remoteId} was merged into ${survivor.id}; it is planned anew`
  const main = mainValue(survivor, knowledge.match?.name)
  const crmValues = { ...arrived(knowledge, row, survivor), ...main }
  const outcome = boundOutcome(context, knowledge, row, { record: survivor, message, crmValues })
  return { ...outcome, origin: 'adopted' }
}

interface Bound {
  readonly record: RemoteRecord
  readonly message: string
  /** What is known of it besides what was known before. */
  readonly crmValues: Values
}

/** The record is the row's, which is due again: not all of it arrived, or nobody knows. */
function boundOutcome(
  { sync }: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  { record, message, crmValues }: Bound,
): OperationOutcome {
  return {
    ...delivered(row, { id: record.id, created: false, returned: {} }),
    status: 'deferred',
    reason: 'fate.changed',
    message,
    crmValues: { ...row.crmValues, ...crmValues },
    withheld: unjudged(row, sync),
    reopen: true,
    keepsMatch: keepsMatch(knowledge, row, record),
  }
}

/**
 * What was sent, of fields that people changed since, and whose policy leaves them to the CRM: without a word of ours in the
 * baseline the next run would write over them. A field that is as it was before was perhaps never written.
 */
function takenOver(
  { sync }: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  record: RemoteRecord,
): Values {
  const wasMade = row.kind === 'create' && showsAny(row, record, knowledge)
  const values: Record<string, CrmValue> = {}
  for (const { field: name, conflict } of sync.fields) {
    const [field, change] = [knowledge.fields.get(name), row.changes[name]]
    if (conflict === 'ours' || field === undefined || change === undefined) continue
    if (row.crmValues[name] !== undefined) continue
    const isEdited =
      change.crm !== undefined && !sameValue(field, record.values[name] ?? null, change.crm)
    if (wasMade || isEdited) values[name] = change.after
  }
  return values
}

/** Whether the row was to get another match value, and the record has not got it. */
function keepsMatch(knowledge: FieldKnowledge, row: PlanRow, record: RemoteRecord): boolean {
  const name = knowledge.match?.name
  return name !== undefined && name in row.changes && !(name in arrived(knowledge, row, record))
}
