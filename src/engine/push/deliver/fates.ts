/** Asks the CRM what became of operations whose requests got no answer. */
import type { RemoteRecord } from '../../../connector/connector.ts'
import { type Fate, judgeFate, showsAny } from '../../../core/delivery/fate.ts'
import {
  delivered,
  doubtful,
  type OperationOutcome,
  overwritten,
  undelivered,
  unjudged,
  withKnown,
} from '../../../core/delivery/outcome.ts'
import { isAssociation } from '../../../core/mapping/association.ts'
import type { FieldKnowledge } from '../../../core/mapping/mapping.ts'
import { isHeld } from '../../../core/mapping/normal-form.ts'
import { mainValue } from '../../../core/plan/follow-merge.ts'
import { foreignReason } from '../../../core/plan/foreign.ts'
import type { CrmValue } from '../../../model/operation.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { RunContext } from '../../context.ts'
import { readPages } from '../look/read-values.ts'
import type { RecordClaims } from './claimed-records.ts'
import { isUpserted } from './load-of.ts'
import { type LostCreates, readLostCreates } from './lost-creates.ts'

export interface Fates {
  readonly outcomes: readonly OperationOutcome[]
  /** Certainly not applied: may be sent again. */
  readonly notApplied: readonly PlanRow[]
}

/** Reads with the connector's consistent lookups; throws when the CRM can't be read. */
export async function resolveFates(
  context: RunContext,
  claims: RecordClaims,
  knowledge: FieldKnowledge,
  rows: readonly PlanRow[],
): Promise<Fates> {
  const outcomes: OperationOutcome[] = []
  const notApplied: PlanRow[] = []
  const records = await readCurrent(context, knowledge, rows)
  const creates = rows.filter(({ kind }) => kind === 'create')
  const lost = await readLostCreates(context, claims, creates, records, {
    field: knowledge.identity?.name ?? '',
    valueOf: (row) => identityValue(row, knowledge),
  })
  for (const row of rows) {
    const record = records.get(row.sequence)
    const outcome = canBeFound(row, knowledge)
      ? outcomeOf(context, knowledge, row, record, lost)
      : doubtfulOutcome(row)
    if (outcome === null) notApplied.push(row)
    else outcomes.push(outcome)
  }
  return { outcomes, notApplied }
}

/** Null for an operation that was certainly not applied. */
function outcomeOf(
  context: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  record: RemoteRecord | undefined,
  lost: LostCreates,
): OperationOutcome | null {
  const fate = judgeFate(row, record, knowledge)
  if (fate === 'not_applied') {
    const survivor = row.kind === 'create' ? lost.survivorOf(row) : null
    return survivor === null ? null : mergedAwayOutcome(row, survivor)
  }
  if (row.kind !== 'create' || record === undefined || fate === 'foreign') {
    return fateOutcome(context, knowledge, row, fate, record)
  }
  const wasTaken = lost.wasTaken(row, record)
  // A sync that only creates never adopts: what it is bound to by mistake, it might delete.
  const mayBeOurs = context.sync.mode !== 'insert' || showsAny(row, record, knowledge)
  if (fate === 'altered' && !mayBeOurs && !wasTaken) return strangeOutcome(row, record.id)
  const owner = lost.ownerOf(row, record)
  if (owner !== row.key && (!wasTaken || lost.isJoined(record))) {
    return ownedOutcome(context, row, record.id, owner)
  }
  // No record could be made, and a create changed nothing. An upsert wrote over the other row's record: it is refused
  // like any that finds another one's, which has the owner asked again.
  if (owner !== row.key && !isUpserted(context, row)) return null
  const outcome = fateOutcome(context, knowledge, row, fate, record)
  // What others brought into it is not ours to delete.
  return lost.isJoined(record) ? { ...outcome, origin: 'adopted' } : outcome
}

/** A create leaves no id behind: only the unique value that it carried tells whether it arrived. */
function canBeFound(row: PlanRow, knowledge: FieldKnowledge): boolean {
  return row.remoteId !== null || identityValue(row, knowledge) !== null
}

/** Sent again it might make a second record; given up it might leave one that nobody knows (promise 4). */
function doubtfulOutcome(row: PlanRow): OperationOutcome {
  const message =
    'nobody can tell whether the record was created, as the unique field it carried is gone; look for it, then retry'
  return doubtful(row, message)
}

/**
 * People may have merged the record that the create made into another row's, or given that one its value. Rejected like
 * any row that finds another one's record, this one would get a second record as soon as its match value changes (promise 4).
 */
function ownedOutcome(
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
function mergedAwayOutcome(row: PlanRow, survivor: string): OperationOutcome {
  const message = `the answer was lost, and a record with the row’s own value was merged into ${survivor}; look whether it was the one that was made, then retry`
  return doubtful(row, message)
}

/** Somebody may have been faster, or have merged what was made into the record. */
function strangeOutcome(row: PlanRow, id: string): OperationOutcome {
  const message = `the answer was lost, and the record ${id}, which has the row’s match value, has nothing else of what was sent; look whether it was made for the row, then retry`
  return doubtful(row, message)
}

function fateOutcome(
  context: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  fate: Exclude<Fate, 'not_applied'>,
  record: RemoteRecord | undefined,
): OperationOutcome {
  if (fate === 'foreign' && record !== undefined) {
    return undelivered(row, { status: 'rejected', ...foreignReason(knowledge, record) })
  }
  if (fate === 'altered' && record !== undefined) return alteredOutcome(knowledge, row, record)
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

/** What the record holds of what was sent is ours, though the row has to be planned anew, and may be back to what it was by then. */
function changedOutcome(
  { sync }: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  record: RemoteRecord | undefined,
): OperationOutcome {
  const message = 'the answer was lost and the record changed since; it is planned anew'
  const outcome = undelivered(row, { status: 'deferred', reason: 'fate.changed', message })
  if (record === undefined || record.id !== row.remoteId) return outcome
  const known = { ...row.crmValues, ...arrived(knowledge, row, record) }
  return withKnown(row, outcome, known, sync)
}

/** Of the values that were sent, those that the record holds. */
function arrived(
  { fields, normalise }: FieldKnowledge,
  { changes }: PlanRow,
  record: RemoteRecord,
): Readonly<Record<string, CrmValue>> {
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
 * may be a person's who was faster: it counts as adopted, and the next run judges the other fields.
 */
function alteredOutcome(
  knowledge: FieldKnowledge,
  row: PlanRow,
  record: RemoteRecord,
): OperationOutcome {
  return {
    ...delivered(row, { id: record.id, created: false, returned: {} }),
    status: 'deferred',
    reason: 'fate.changed',
    message: 'the answer was lost and the record changed since; the rest is planned anew',
    crmValues: arrived(knowledge, row, record),
    reopen: true,
  }
}

/** The row follows its record to the one that people merged it into, and writes to that in the next run. */
export function mergedOutcome(
  { sync }: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  survivor: RemoteRecord,
): OperationOutcome {
  return {
    ...delivered(row, { id: survivor.id, created: false, returned: {} }),
    status: 'deferred',
    reason: 'fate.changed',
    message: `record ${row.remoteId} was merged into ${survivor.id}; it is planned anew`,
    origin: 'adopted',
    crmValues: {
      ...row.crmValues,
      ...arrived(knowledge, row, survivor),
      ...mainValue(survivor, knowledge.match?.name),
    },
    withheld: unjudged(row, sync),
    reopen: true,
  }
}

/** The record of each row, by sequence: by id where it has one, else by the unique field. */
export async function readCurrent(
  context: RunContext,
  knowledge: FieldKnowledge,
  rows: readonly PlanRow[],
): Promise<ReadonlyMap<number, RemoteRecord>> {
  const { identity, match } = knowledge
  const changed = rows.flatMap((row) => Object.keys(row.changes))
  const fields = new Set(changed.filter((name) => !isAssociation(name)))
  if (match !== null) fields.add(match.name)
  const options = { object: context.sync.object, fields: [...fields] }
  const known = rows.filter((row) => row.remoteId !== null)
  const created = rows.filter(
    (row) => row.remoteId === null && identityValue(row, knowledge) !== null,
  )
  const [byId, byValue] = await Promise.all([
    readPages(
      context,
      known.map((row) => row.remoteId ?? ''),
      (page) => context.crm.readById(page, options),
    ),
    readPages(
      context,
      created.map((row) => identityValue(row, knowledge) ?? ''),
      (page) => context.crm.readByValue(identity?.name ?? '', page, options),
    ),
  ])
  const found = new Map<number, RemoteRecord>()
  for (const row of known) {
    const record = byId.get(row.remoteId ?? '')
    if (record !== undefined) found.set(row.sequence, record)
  }
  for (const row of created) {
    const record = byValue.get(identityValue(row, knowledge) ?? '')?.[0]
    if (record !== undefined) found.set(row.sequence, record)
  }
  return found
}

/** The value by which a created record is found, as the CRM holds it. */
function identityValue(row: PlanRow, { identity, normalise }: FieldKnowledge): string | null {
  const value = identity === null ? null : (row.changes[identity.name]?.after ?? null)
  return identity === null || value === null ? null : normalise(identity, value)
}
