/** What became of one operation, as the ledger keeps it and the baseline takes it over. */
import type { CrmValue, Disposition, OutcomeStatus } from '../../model/operation.ts'
import type { PushSync } from '../../model/sync.ts'
import { isAssociation } from '../mapping/association.ts'
import { withLinkAsBefore, withLinksInDoubt, withoutDoubt } from '../plan/link-doubt.ts'
import type { PlanRow, Presence } from '../plan/plan-row.ts'
import { type HoldKind, inDoubt } from '../sql/hold.ts'

export interface OperationOutcome {
  readonly sequence: number
  readonly status: OutcomeStatus
  readonly reason: string | null
  readonly message: string | null
  readonly hold: HoldKind | null
  readonly remoteId: string | null
  /** Set where the operation itself decides it; null keeps what the baseline has. */
  readonly origin: 'created' | 'adopted' | null
  /** Null: the baseline is not advanced. */
  readonly presence: Presence | null
  readonly crmValues: Readonly<Record<string, CrmValue>>
  readonly withheld: Readonly<Record<string, Disposition>>
  /**
   * The record is known, but not all of it arrived: the row is due again in the next run. Where the baseline is not advanced, it
   * takes over `crmValues` and `withheld` alone.
   */
  readonly reopen: boolean
  /** What the record is found by is what the baseline says, and not what was planned. */
  readonly keepsMatch: boolean
}

/** The CRM confirmed the operation; `returned` are values of its answer or of a read. */
export function delivered(
  row: PlanRow,
  result: {
    readonly id: string
    readonly created: boolean
    readonly returned: Readonly<Record<string, CrmValue>>
  },
): OperationOutcome {
  const fields = Object.keys(row.changes)
  // One object for all of them: a first push comes by here once for each row of the model.
  const crmValues: Record<string, CrmValue> = {
    ...fields.filter(isAssociation).reduce(withoutDoubt, row.crmValues),
  }
  for (const field of fields) crmValues[field] = row.changes[field]?.after ?? null
  return {
    sequence: row.sequence,
    status: 'delivered',
    reason: null,
    message: conflictMessage(row),
    hold: null,
    remoteId: result.id,
    origin: row.kind === 'create' ? (result.created ? 'created' : 'adopted') : null,
    presence: row.presence,
    crmValues: Object.assign(crmValues, returnedFields(row, result.returned)),
    withheld: row.withheld,
    reopen: false,
    keepsMatch: false,
  }
}

/** Why an association of a delivered row did not arrive. */
export interface LinkFailure {
  readonly reason: string
  readonly message: string
}

/**
 * The record's fate is known and that of some associations is not: the baseline takes over what is
 * certain and what may be, and the next run looks at the rest. `names` are those associations, all that change unless said.
 */
export function withLinksUnknown(
  row: PlanRow,
  outcome: OperationOutcome,
  why: LinkFailure,
  names: readonly string[] = Object.keys(row.changes).filter(isAssociation),
): OperationOutcome {
  const changes = Object.entries(row.changes).filter(([name]) => names.includes(name))
  const known = withLinksInDoubt(outcome.crmValues, row.crmValues, Object.fromEntries(changes))
  return withoutLink(outcome, known, why)
}

/** The old link went, and the CRM refused the new one: none is ours, and one that people make is theirs. */
export function withLinkRefused(
  outcome: OperationOutcome,
  name: string,
  why: LinkFailure,
): OperationOutcome {
  const { [name]: _refused, ...others } = withoutDoubt(outcome.crmValues, name)
  return withoutLink(outcome, others, why)
}

/** The association was not written for certain: what was known of it before holds, but for links in `gone`, which were taken away. */
export function withLinkUnsent(
  row: PlanRow,
  outcome: OperationOutcome,
  why: LinkFailure,
  { name, gone }: { readonly name: string; readonly gone: readonly string[] },
): OperationOutcome {
  const known = withLinkAsBefore(outcome.crmValues, row.crmValues, name, gone)
  return withoutLink(outcome, known, why)
}

function withoutLink(
  outcome: OperationOutcome,
  crmValues: OperationOutcome['crmValues'],
  { reason, message }: LinkFailure,
): OperationOutcome {
  // A removed row is due again only as long as its record counts as present.
  const presence = outcome.presence === 'cleared' ? 'present' : outcome.presence
  return { ...outcome, status: 'deferred', reason, message, presence, crmValues, reopen: true }
}

/** Of an operation that left the baseline as it is more is known: what the record holds, or may hold, by our doing. */
export function withKnown(
  row: PlanRow,
  outcome: OperationOutcome,
  crmValues: OperationOutcome['crmValues'],
  sync: Pick<PushSync, 'fields'>,
): OperationOutcome {
  return { ...outcome, crmValues, withheld: unjudged(row, sync), reopen: true }
}

/** What is withheld while nobody knows whether the row's changes were made: the next plan looks at what a policy leaves to the CRM. */
export function unjudged(
  { changes, withheld }: PlanRow,
  { fields }: Pick<PushSync, 'fields'>,
): OperationOutcome['withheld'] {
  const theirs = fields.filter(({ conflict, field }) => conflict !== 'ours' && field in changes)
  return { ...withheld, ...Object.fromEntries(theirs.map(({ field }) => [field, 'unknown'])) }
}

/** The operation did not happen, or not as planned; the baseline stays as it is. */
export function undelivered(
  row: PlanRow,
  outcome: {
    readonly status: 'rejected' | 'deferred' | 'skipped'
    readonly reason: string
    readonly message: string
    readonly hold?: HoldKind | null
  },
): OperationOutcome {
  return {
    sequence: row.sequence,
    status: outcome.status,
    reason: outcome.reason,
    message: outcome.message,
    hold: outcome.hold ?? null,
    remoteId: row.remoteId,
    origin: null,
    presence: null,
    crmValues: {},
    withheld: {},
    reopen: false,
    keepsMatch: false,
  }
}

/** Nobody can say what became of the row: it waits until a person has looked, as `message` asks (promise 4). */
export function doubtful(row: PlanRow, message: string): OperationOutcome {
  return undelivered(row, { status: 'deferred', reason: inDoubt, message, hold: 'doubt' })
}

/**
 * The operation was refused after it had written to another key's record, as an upsert may where
 * nobody looks first. Naming that record makes its own row due again (`reopenOverwritten`).
 */
export function overwritten(outcome: OperationOutcome, remoteId: string): OperationOutcome {
  return { ...outcome, remoteId }
}

/**
 * Of what the CRM returned, the fields that were written: any other value may be a person's edit,
 * which no plan has judged yet.
 */
function returnedFields(
  row: PlanRow,
  returned: Readonly<Record<string, CrmValue>>,
): Record<string, CrmValue> {
  const fields: Record<string, CrmValue> = {}
  for (const [field, value] of Object.entries(returned)) {
    if (field in row.changes) fields[field] = value
  }
  return fields
}

function conflictMessage(row: PlanRow): string | null {
  const conflicts = Object.entries(row.withheld)
    .filter(([, disposition]) => disposition === 'conflict')
    .map(([field]) => field)
  return conflicts.length === 0
    ? null
    : `left alone, changed in the CRM since the last push: ${conflicts.join(', ')}`
}
