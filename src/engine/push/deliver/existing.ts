/**
 * A create that the CRM answers with "exists already": another writer was faster, or the value is a
 * secondary one that the look could not find. The record is read and updated instead, unless it
 * belongs to another key.
 */
import { type OperationOutcome, delivered, undelivered } from '../../../core/delivery/outcome.ts'
import { isHeld } from '../../../core/mapping/normal-form.ts'
import type { CrmRecord } from '../../../core/plan/crm-record.ts'
import { createOnlyReason } from '../../../core/plan/create-only.ts'
import { foreignReason, hasOtherMatch } from '../../../core/plan/foreign.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { CrmValue, FieldChange } from '../../../model/operation.ts'
import type { RunContext } from '../../context.ts'
import { type CompiledMapping, matchingOf, recordFields } from '../../../core/mapping/mapping.ts'
import { readPages } from '../look/read-values.ts'
import type { RecordClaims } from './claimed-records.ts'

export interface Existing {
  readonly row: PlanRow
  readonly id: string | null
  readonly message: string
}

/** Two creates of one run may be told of the same record, hence the claims. */
export interface ExistingContext extends RunContext, RecordClaims {
  readonly mapping: CompiledMapping
}

export interface Adopted {
  readonly outcomes: readonly OperationOutcome[]
  /** Creates turned into updates of the records that exist; still to be sent. */
  readonly updates: readonly PlanRow[]
}

export async function adoptExisting(
  context: ExistingContext,
  existing: readonly Existing[],
): Promise<Adopted> {
  if (existing.length === 0) return { outcomes: [], updates: [] }
  const named = existing.flatMap(({ row, id }) =>
    id === null || row.kind !== 'create' ? [] : [id],
  )
  if (context.sync.mode === 'insert' || named.length === 0) {
    return { outcomes: existing.map((each) => conflictOutcome(context, each)), updates: [] }
  }
  const options = {
    object: context.sync.object,
    fields: recordFields(context.mapping).map(({ field }) => field.name),
  }
  const ids = [...new Set(named)]
  const [records, taken] = await Promise.all([
    readPages(context, ids, (page) => context.crm.readById(page, options)),
    context.ownersOf(ids),
  ])
  const matching = matchingOf(context.mapping)
  const outcomes: OperationOutcome[] = []
  const updates: PlanRow[] = []
  for (const each of existing) {
    const record = each.id === null ? undefined : records.get(each.id)
    const owner =
      record === undefined
        ? undefined
        : (taken.get(record.id) ?? context.reserve(record.id, each.row.key))
    if (record === undefined) outcomes.push(conflictOutcome(context, each))
    else if (hasOtherMatch(matching, each.row.matchValue, record)) {
      const foreign = { status: 'rejected', ...foreignReason(matching, record) } as const
      outcomes.push(undelivered(each.row, foreign))
    } else if (owner !== each.row.key) {
      const message = `the CRM record ${record.id} belongs to key ${owner}`
      const rejected = {
        status: 'rejected',
        reason: 'record.bound',
        message,
        hold: 'retry',
      } as const
      outcomes.push(undelivered(each.row, rejected))
    } else {
      const update = asUpdate(context, each.row, record)
      const refused = createOnlyReason(update.changes, context.mapping)
      if (refused !== null) outcomes.push(undelivered(each.row, { status: 'rejected', ...refused }))
      else if (Object.keys(update.changes).length > 0) updates.push(update)
      else outcomes.push(delivered(update, { id: record.id, created: false, returned: {} }))
    }
  }
  return { outcomes, updates }
}

function conflictOutcome(context: ExistingContext, { row, message }: Existing): OperationOutcome {
  return context.sync.mode === 'insert' && row.kind === 'create'
    ? undelivered(row, { status: 'skipped', reason: 'mode.exists', message, hold: 'retry' })
    : undelivered(row, { status: 'rejected', reason: 'match.taken', message, hold: 'retry' })
}

/** The create's values as an update of the record, as far as the write conditions allow. */
function asUpdate(context: ExistingContext, row: PlanRow, record: CrmRecord): PlanRow {
  const changes: Record<string, FieldChange> = {}
  const withheld = { ...row.withheld }
  // A value that was not judged may be a person's, and is not confirmed by having been read.
  const confirmed: Record<string, CrmValue> = {}
  for (const { field, mapping, association } of context.mapping.fields) {
    const change = row.changes[field.name]
    if (change === undefined || change.after === null) continue
    if (association !== null) {
      changes[field.name] = { after: change.after }
      continue
    }
    const crm = record.values[field.name] ?? null
    // A second address of the record found it: the main one is a person's choice and stays.
    const isMatch = field.name === context.mapping.identity?.field.name
    if (isMatch || isHeld(context.mapping.normalise, field, crm, change.after)) {
      confirmed[field.name] = crm
      continue
    }
    if (mapping.write === 'always' || crm === null || crm === '') {
      changes[field.name] = { crm, after: change.after }
    } else {
      withheld[field.name] = mapping.write === 'if_empty' ? 'skipped' : 'conflict'
    }
  }
  return {
    ...row,
    kind: 'update',
    remoteId: record.id,
    changes,
    crmValues: confirmed,
    withheld,
  }
}
