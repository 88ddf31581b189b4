/**
 * Reading and writing associations. They are written after their records, each apart, and adding or
 * removing one twice is the same as once; so what went wrong is simply due again in the next run.
 */
import {
  type AssociationKind,
  type AssociationPair,
  RequestFailure,
} from '../../../connector/connector.ts'
import type { CrmRecord } from '../../../core/plan/crm-record.ts'
import {
  type LinkFailure,
  type OperationOutcome,
  withLinkRefused,
  withLinksUnknown,
} from '../../../core/delivery/outcome.ts'
import { linkChange } from '../../../core/plan/link-change.ts'
import { firstAttempt, react } from '../../../core/delivery/retry.ts'
import { associationName } from '../../../core/mapping/association.ts'
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { AssociationMapping } from '../../../model/sync.ts'
import type { PushContext, RunContext } from '../../context.ts'
import { refuseLateStart } from '../../late-start.ts'

export type AssociateContext = RunContext & {
  readonly mapping: CompiledMapping
  readonly signal: AbortSignal
}

/** The records with the ids they are associated with, as values of the association's field. */
export async function withAssociations<T extends CrmRecord>(
  context: PushContext,
  records: readonly T[],
  wanted: (record: T, field: string) => readonly (string | null)[],
): Promise<readonly T[]> {
  const { crm, sync } = context
  const { associations } = crm
  if (associations === null || sync.associations.length === 0) return records
  if (records.length === 0) return records
  const values = new Map(records.map((record) => [record.id, { ...record.values }]))
  const size = context.connector.pages.read
  for (const association of sync.associations) {
    const name = associationName(association)
    const ids = [...values.keys()]
    for (let start = 0; start < ids.length; start += size) {
      const found = await associations.read(
        ids.slice(start, start + size),
        kindOf(context, association),
      )
      for (const record of records) {
        const held = found.get(record.id)
        const target = values.get(record.id)
        if (held === undefined || target === undefined) continue
        // Of several associations the one that we gave, or want, stands for the field's value.
        const ours = wanted(record, name).find((id) => id !== null && held.includes(id))
        target[name] = ours ?? null
      }
    }
  }
  return records.map((record) => ({ ...record, values: values.get(record.id) ?? record.values }))
}

/** Writes the associations of delivered rows; an outcome says where one did not arrive. */
export async function associate(
  context: AssociateContext,
  rows: readonly PlanRow[],
  outcomes: readonly OperationOutcome[],
): Promise<readonly OperationOutcome[]> {
  const bySequence = new Map(outcomes.map((outcome) => [outcome.sequence, outcome]))
  // Labels first: a plain association that a label of ours still holds could not be removed.
  const order = context.sync.associations.toSorted(
    (a, b) => Number(a.label === null) - Number(b.label === null),
  )
  for (const association of order) {
    const name = associationName(association)
    const due = rows.filter((row) => {
      const outcome = bySequence.get(row.sequence)
      return outcome?.status === 'delivered' && name in row.changes
    })
    for (const [row, { isRefused, ...why }] of await writeOne(
      context,
      association,
      due,
      bySequence,
    )) {
      const outcome = bySequence.get(row.sequence)
      if (outcome === undefined) continue
      const left = isRefused
        ? withLinkRefused(outcome, name, why)
        : withLinksUnknown(row, outcome, why, [name])
      bySequence.set(row.sequence, left)
    }
  }
  return outcomes.map((outcome) => bySequence.get(outcome.sequence) ?? outcome)
}

interface Failure extends LinkFailure {
  /** The CRM said of this very pair that it was not made. */
  readonly isRefused: boolean
}

/** Old associations go before the new one comes; gives the rows that did not get theirs. */
async function writeOne(
  context: AssociateContext,
  association: AssociationMapping,
  rows: readonly PlanRow[],
  outcomes: ReadonlyMap<number, OperationOutcome>,
): Promise<ReadonlyMap<PlanRow, Failure>> {
  const failures = new Map<PlanRow, Failure>()
  const { associations } = context.crm
  if (rows.length === 0 || associations === null) return failures
  const kind = {
    ...kindOf(context, association),
    beforeSend: () => refuseLateStart(context),
  }
  const pairOf = (row: PlanRow, toId: string): AssociationPair => ({
    fromId: outcomes.get(row.sequence)?.remoteId ?? '',
    toId,
  })
  const links = rows.map((row) => ({
    row,
    ...linkChange(row, association, context.sync.associations),
  }))
  const before = links.flatMap(({ row, old }) => old.map((id) => pairOf(row, id)))
  const after = links.flatMap((link) =>
    link.new === null ? [] : [{ row: link.row, pair: pairOf(link.row, link.new) }],
  )
  try {
    if (before.length > 0) await persist(context, () => associations.remove(before, kind))
    const pairs = after.map(({ pair }) => pair)
    const results =
      pairs.length === 0 ? [] : await persist(context, () => associations.add(pairs, kind))
    after.forEach(({ row }, index) => {
      const result = results[index] ?? { status: 'unaccounted' }
      if (result.status === 'unaccounted') failures.set(row, unknownFate)
      if (result.status !== 'rejected') return
      const { reason, message } = result
      failures.set(row, { reason, message, isRefused: true })
    })
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    const { message } = error
    const why = { reason: `association.${error.reason}`, message, isRefused: false }
    for (const row of rows) failures.set(row, why)
  }
  return failures
}

const unknownFate = {
  reason: 'association.unaccounted',
  message: 'the CRM did not say whether the association was written',
  isRefused: false,
}

/** Repeats a request that may be repeated; an unknown fate is no reason not to, here. */
async function persist<T>(context: AssociateContext, request: () => Promise<T>): Promise<T> {
  for (let attempts = firstAttempt; ; ) {
    await context.lease.ensure(context.connector.timing.requestTimeoutMs)
    try {
      return await request()
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error
      const kind = error.kind === 'unknown' ? 'unavailable' : error.kind
      const reaction = react(kind, attempts, error.retryAfterMs, context.random())
      if (reaction.do !== 'again') throw error
      await context.clock.sleep(reaction.waitMs, context.signal)
      attempts = reaction.next
    }
  }
}

function kindOf({ sync }: PushContext, { to, label }: AssociationMapping): AssociationKind {
  return { from: sync.object, to, label }
}
