/**
 * What to do with one due row, given what the CRM holds: the heart of planning. Pure, so that each
 * case is a line in a table of tests.
 */
import { type CompiledField, type CompiledMapping, matchingOf } from '../mapping/mapping.ts'
import type { CrmValue, Disposition, FieldChange } from '../../model/operation.ts'
import type { PushSync } from '../../model/sync.ts'
import { isHeld } from '../mapping/normal-form.ts'
import { sameValue } from '../mapping/same-value.ts'
import type { HoldKind } from '../sql/hold.ts'
import type { CrmRecord, Found } from './crm-record.ts'
import { createOnlyReason } from './create-only.ts'
import { isDue, type MappingEdits, sinceMapped } from './due-field.ts'
import { followMerge } from './follow-merge.ts'
import { foreignReason, hasOtherMatch } from './foreign.ts'
import { isEmpty, isOurs, judgeField } from './judge-field.ts'
import { afterLook, unlinked, withoutDoubt, withoutLateLinks } from './link-doubt.ts'
import { matchValue, releasedValue } from './match-value.ts'
import { type BaselineRow, concluded, type DueRow, type PlanRow, undecided } from './plan-row.ts'

export interface DecideContext extends MappingEdits {
  readonly sync: Pick<
    PushSync,
    'mode' | 'ifDeleted' | 'removedRows' | 'deleteAdopted' | 'transform' | 'readBefore'
  >
  readonly mapping: CompiledMapping
}

/** Decides a row of the model whose values were mapped. */
export function decide(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  found: Found,
  context: DecideContext,
): PlanRow {
  const baseline = bound(due)
  if (found === null) return decideUnseen(due, values, context)
  if (found.length > 1) return ambiguous(due, found)
  const [record] = found
  if (record === undefined) {
    if (baseline !== null) return decideGone(due, values, 'retry', context)
    const { readBefore } = context.sync
    return readBefore ? create(due, values, context) : createUnread(due, values, context)
  }
  if (isForeign(due, values, record, context)) return foreign(due, record, context)
  if (context.sync.mode !== 'insert') {
    return update(followed(due, record, context), values, record, context)
  }
  return baseline === null
    ? concluded(
        due,
        { status: 'skipped', reason: 'mode.exists', hold: 'retry' },
        { remoteId: record.id },
      )
    : leaveInserted(due, values, record, context)
}

/** Without a look: new rows are created (or upserted on delivery), known ones updated blindly. */
function decideUnseen(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  context: DecideContext,
): PlanRow {
  const baseline = bound(due)
  if (baseline === null) return createUnread(due, values, context)
  // Whether a deleted record was restored, only a write can tell; that is for a person to ask for. An
  // upsert finds a restored record too, so nobody need ask where it would be made again.
  const { mode, ifDeleted } = context.sync
  const isUpserted = mode === 'upsert' && ifDeleted === 'recreate'
  if (baseline.presence === 'deleted' && (!baseline.reopened || isUpserted)) {
    return decideGone(due, values, 'content', context)
  }
  const record = { id: baseline.remoteId, values: {} }
  if (context.sync.mode === 'insert') return leaveInserted(due, values, record, context)
  return update(due, values, record, context)
}

/**
 * The CRM tells two creates with one key of our own apart only as creates: an upsert by it might write over the record of
 * another project, whose match value nobody compares. A create of a later phase goes out as one.
 */
function createUnread(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  context: DecideContext,
): PlanRow {
  const created = create(due, values, context)
  const isOwnKey = created.kind === 'create' && context.mapping.identity?.valueOf != null
  return isOwnKey ? { ...created, phase: 1 } : created
}

/** The key's record as the baseline knows it; one that this sync archived is over and done with. */
function bound({ baseline }: DueRow): BaselineRow | null {
  return baseline?.presence === 'archived' ? null : baseline
}

function followed(due: DueRow, record: CrmRecord, { mapping }: DecideContext): DueRow {
  const baseline = bound(due)
  if (baseline === null) return due
  const merged = followMerge(baseline, record, mapping.match?.field.name)
  return { ...due, baseline: { ...merged, crmValues: afterLook(merged.crmValues, record.values) } }
}

/** The baseline's record is no more, by somebody else's doing, who may restore it: `hold` until when. */
function decideGone(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  hold: HoldKind,
  context: DecideContext,
): PlanRow {
  if (context.sync.ifDeleted === 'recreate') return create(due, values, context)
  return concluded(
    due,
    {
      status: 'skipped',
      reason: 'record.deleted',
      message: 'the record was deleted in the CRM',
      hold,
    },
    { presence: 'deleted' },
  )
}

/**
 * An insert never changes a record after its creation: the new values are considered, not sent. But a creation ends
 * with its associations, and one that did not get them is completed.
 */
function leaveInserted(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  record: CrmRecord,
  context: DecideContext,
): PlanRow {
  const started = withoutLate(due, context)
  const owed = unlinked(started.baseline, context.mapping)
  if (owed.length === 0) {
    return concluded(started, { status: 'skipped', reason: 'mode.exists' }, { presence: 'present' })
  }
  const mapping = { ...context.mapping, fields: owed }
  return update(followed(started, record, context), values, record, { ...context, mapping })
}

/** What was mapped after the record's creation was no part of it. */
function withoutLate(due: DueRow, { mapping, unmapped }: DecideContext): DueRow {
  const { baseline } = due
  const late = baseline === null ? undefined : unmapped.get(baseline.mappingVersion)
  if (baseline === null || late === undefined) return due
  return { ...due, baseline: withoutLateLinks(baseline, mapping, late) }
}

function ambiguous(due: DueRow, found: readonly CrmRecord[]): PlanRow {
  const ids = found.map((record) => record.id).join(', ')
  return concluded(due, {
    status: 'rejected',
    reason: 'match.ambiguous',
    message: `several records match: ${ids}`,
    hold: 'retry',
  })
}

/**
 * A record that was found by the key which our creates carry, and whose match value is another row's.
 * Two projects may have syncs of one name, whose keys are the same and mean different things.
 */
function isForeign(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  record: CrmRecord,
  context: DecideContext,
): boolean {
  if (bound(due) !== null || due.baseline?.remoteId === record.id) return false
  return hasOtherMatch(matchingOf(context.mapping), matchValue(values, context), record)
}

function foreign(due: DueRow, record: CrmRecord, { mapping }: DecideContext): PlanRow {
  return concluded(due, { status: 'rejected', ...foreignReason(matchingOf(mapping), record) })
}

function create(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  context: DecideContext,
): PlanRow {
  if (context.sync.mode === 'update') {
    return concluded(due, { status: 'skipped', reason: 'mode.no_record', hold: 'retry' })
  }
  const changes: Record<string, FieldChange> = {}
  const withheld: Record<string, Disposition> = {}
  const { identity } = context.mapping
  if (identity?.valueOf != null) {
    changes[identity.field.name] = { crm: null, after: identity.valueOf(due.key) }
  }
  for (const { field } of context.mapping.fields) {
    const after = values[field.name] ?? null
    if (after === null) withheld[field.name] = 'skipped'
    else changes[field.name] = { crm: null, after }
  }
  return {
    ...undecided(due),
    kind: 'create',
    remoteId: null,
    presence: 'present',
    matchValue: matchValue(values, context),
    changes,
    crmValues: {},
    withheld,
  }
}

function update(
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  record: CrmRecord,
  context: DecideContext,
): PlanRow {
  const baseline = sinceMapped(bound(due), record, context)
  const changes: Record<string, FieldChange> = {}
  const withheld: Record<string, Disposition> = { ...baseline?.withheld }
  // A value that was read but not judged may be a person's: taking it for confirmed would let the
  // next change overwrite it as our own (promise 4).
  let confirmed: BaselineRow['crmValues'] = { ...baseline?.crmValues }
  for (const compiled of context.mapping.fields) {
    const name = compiled.field.name
    if (!isDue(compiled, due, context)) continue
    if (!(name in values)) {
      // An association whose parent is missing may be left as it is.
      if (!isOurs(baseline, name)) withheld[name] = 'skipped'
      continue
    }
    if (isTransformedToTheSame(compiled, values[name] ?? null, baseline, context)) continue
    if (isHeldOtherwise(compiled, due, values, record, context)) {
      confirmed = { ...confirmed, [name]: record.values[name] ?? confirmed[name] ?? null }
      continue
    }
    const verdict = judgeField(compiled, values[name] ?? null, record, baseline, context.mapping)
    if (verdict.disposition === 'sent') delete withheld[name]
    else withheld[name] = verdict.disposition
    if (verdict.change !== null) changes[name] = verdict.change
    else if (verdict.disposition === 'sent' && name in record.values) {
      confirmed = { ...withoutDoubt(confirmed, name), [name]: record.values[name] ?? null }
    }
  }
  const rest = {
    remoteId: record.id,
    presence: 'present',
    matchValue: matchValue(values, context),
    crmValues: confirmed,
    withheld,
  } as const
  if (Object.keys(changes).length === 0) return withoutChanges(due, rest, context)
  const refused = createOnlyReason(changes, context.mapping)
  if (refused !== null) return concluded(due, { status: 'rejected', ...refused })
  return {
    ...undecided(due),
    ...rest,
    kind: 'update',
    releases: releasedValue(changes, context.mapping),
    changes,
  }
}

/** Nothing to send: because it is there already, was withheld, or a person's edit stands. */
function withoutChanges(due: DueRow, rest: Partial<PlanRow>, context: DecideContext): PlanRow {
  const dueFields = context.mapping.fields.filter((compiled) => isDue(compiled, due, context))
  const named = (disposition: Disposition): string[] =>
    dueFields.map(({ field }) => field.name).filter((name) => rest.withheld?.[name] === disposition)
  const conflicts = named('conflict')
  if (conflicts.length > 0) {
    const message = `changed in the CRM since the last push: ${conflicts.join(', ')}`
    return concluded(due, { status: 'rejected', reason: 'field.conflict', message }, rest)
  }
  const skipped = named('skipped')
  if (skipped.length > 0) {
    const message = `withheld: ${skipped.join(', ')}`
    return concluded(due, { status: 'skipped', reason: 'field.withheld', message }, rest)
  }
  return concluded(due, { status: 'unchanged' }, rest)
}

/**
 * Behind a transform any changed column makes every field due; one whose result is what the CRM
 * confirmed before did not change, and a person's edit of it stays.
 */
function isTransformedToTheSame(
  { field }: CompiledField,
  after: CrmValue,
  baseline: BaselineRow | null,
  { sync, mapping, touched }: DecideContext,
): boolean {
  const confirmed = baseline?.crmValues[field.name]
  if (sync.transform === null || baseline === null || confirmed === undefined) return false
  if (baseline.presence !== 'present' || field.name in baseline.withheld) return false
  if (baseline.reopened || touched.has(baseline.mappingVersion)) return false
  return isHeld(mapping.normalise, field, confirmed, after)
}

/**
 * A record may have several values to be found by (a contact's other addresses). The main one is a
 * person's choice, and stays while the row's value did not change since the record was found by it.
 */
function isHeldOtherwise(
  { field, column }: CompiledField,
  due: DueRow,
  values: Readonly<Record<string, CrmValue>>,
  record: CrmRecord,
  context: DecideContext,
): boolean {
  const { match, identity } = context.mapping
  if (field.name !== match?.field.name || field.name !== identity?.field.name) return false
  const baseline = bound(due)
  const crm = record.values[field.name] ?? null
  if (baseline === null) return !isEmpty(crm)
  const own = matchValue(values, context)
  const confirmed = baseline.crmValues[field.name] ?? null
  if (baseline.matchValue !== own || isEmpty(confirmed)) return false
  if (column !== null && due.changed[column] === true) return false
  const isEdited = field.name in record.values && !sameValue(field, crm, confirmed)
  return (
    !isEdited && !isHeld(context.mapping.normalise, field, confirmed, values[field.name] ?? null)
  )
}
