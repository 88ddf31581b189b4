/**
 * Writing associations. They are written after their records, each apart, and adding or removing one twice is the same
 * as once: a request of unknown fate is sent again, and what did not arrive is due in the next run.
 */
import {
  type AssociationPair,
  type Associations,
  RequestFailure,
} from '../../../connector/connector.ts'
import {
  type LinkFailure,
  type OperationOutcome,
  withLinkRefused,
  withLinksUnknown,
  withLinkUnsent,
} from '../../../core/delivery/outcome.ts'
import { type LinkChange, linkChange } from '../../../core/plan/link-change.ts'
import { firstAttempt, react } from '../../../core/delivery/retry.ts'
import { associationName } from '../../../core/mapping/association.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { AssociationMapping } from '../../../model/sync.ts'
import { refuseLateStart } from '../../late-start.ts'
import { associationKind } from '../look/associations.ts'
import { haltBy } from './halt.ts'
import type { SendContext } from './send-context.ts'

/** Writes the associations of delivered rows; an outcome says where one did not arrive. */
export async function associate(
  context: SendContext,
  rows: readonly PlanRow[],
  outcomes: readonly OperationOutcome[],
): Promise<readonly OperationOutcome[]> {
  const left = new Map(outcomes.map((outcome) => [outcome.sequence, outcome]))
  const delivered = new Map(
    outcomes.flatMap(({ sequence, status, remoteId }) =>
      status === 'delivered' ? [[sequence, remoteId ?? '']] : [],
    ),
  )
  // Labels first: a plain association that a label of ours still holds could not be removed.
  const order = context.sync.associations.toSorted(
    (a, b) => Number(a.label === null) - Number(b.label === null),
  )
  /** Why nothing more is sent in this run, once that is so. */
  let over: LinkFailure | null = null
  for (const association of order) {
    const name = associationName(association)
    const links = rows.flatMap((row) => {
      const recordId = delivered.get(row.sequence)
      if (recordId === undefined || !(name in row.changes)) return []
      return [{ row, recordId, ...linkChange(row, association, context.sync.associations) }]
    })
    const written: Written =
      over === null ? await writeOne(context, association, links) : unsent(links, over)
    over = written.over
    for (const [{ row }, failure] of written.failures) {
      const outcome = left.get(row.sequence)
      if (outcome !== undefined) left.set(row.sequence, withFailure(row, outcome, name, failure))
    }
  }
  return outcomes.map((outcome) => left.get(outcome.sequence) ?? outcome)
}

/** What a row's operation does to one association. */
interface Link extends LinkChange {
  readonly row: PlanRow
  readonly recordId: string
}

/**
 * - `refused`: the CRM said of this very pair that it was not made; the old one went.
 * - `unsent`: it certainly was not made, and of ours only those in `gone` went.
 * - `unknown`: nobody knows.
 */
type Failure = LinkFailure &
  (
    | { readonly fate: 'refused' | 'unknown' }
    | { readonly fate: 'unsent'; readonly gone: readonly string[] }
  )

interface Written {
  readonly failures: ReadonlyMap<Link, Failure>
  readonly over: LinkFailure | null
}

function withFailure(
  row: PlanRow,
  outcome: OperationOutcome,
  name: string,
  failure: Failure,
): OperationOutcome {
  switch (failure.fate) {
    case 'refused':
      return withLinkRefused(outcome, name, failure)
    case 'unsent':
      return withLinkUnsent(row, outcome, failure, { name, gone: failure.gone })
    case 'unknown':
      return withLinksUnknown(row, outcome, failure, [name])
    default:
      return failure satisfies never
  }
}

/** Old associations go before the new one comes. */
async function writeOne(
  context: SendContext,
  association: AssociationMapping,
  links: readonly Link[],
): Promise<Written> {
  const { associations } = context.crm
  const kind = {
    ...associationKind(context, association),
    beforeSend: () => refuseLateStart(context),
  }
  if (associations === null) return nothingFailed
  const before = links.flatMap((link) => link.old.map((id) => pairOf(link, id)))
  if (before.length > 0) {
    const sent = await persist(context, () => associations.remove(before, kind))
    if ('givenUp' in sent) return failed(links, sent.givenUp, () => [])
  }
  const coming = links.filter((link) => link.new !== null)
  if (coming.length === 0) return nothingFailed
  const pairs = coming.map((link) => pairOf(link, link.new ?? ''))
  const sent = await persist(context, () => associations.add(pairs, kind))
  if ('givenUp' in sent) return failed(coming, sent.givenUp, (link) => link.old)
  return { failures: unwritten(coming, sent.answer), over: null }
}

const nothingFailed: Written = { failures: new Map(), over: null }

function pairOf({ recordId }: Link, toId: string): AssociationPair {
  return { fromId: recordId, toId }
}

/** What the CRM says of each pair, as far as it was not made. */
function unwritten(
  links: readonly Link[],
  results: Awaited<ReturnType<Associations['add']>>,
): Written['failures'] {
  const failures = new Map<Link, Failure>()
  links.forEach((link, index) => {
    const result = results[index] ?? { status: 'unaccounted' }
    if (result.status === 'rejected') {
      const { reason, message } = result
      failures.set(link, { fate: 'refused', reason, message })
    }
    if (result.status === 'unaccounted') failures.set(link, unaccounted)
  })
  return failures
}

const unaccounted: Failure = {
  fate: 'unknown',
  reason: 'association.unaccounted',
  message: 'the CRM did not say whether the association was written',
}

/** A request that was not answered well in the end. */
interface GivenUp {
  readonly why: LinkFailure
  /** Whether one of its attempts may have been applied all the same. */
  readonly mayBeApplied: boolean
  readonly isOver: boolean
}

function failed(
  links: readonly Link[],
  { why, mayBeApplied, isOver }: GivenUp,
  goneOf: (link: Link) => readonly string[],
): Written {
  const failureOf = (link: Link): Failure =>
    mayBeApplied ? { ...why, fate: 'unknown' } : { ...why, fate: 'unsent', gone: goneOf(link) }
  const failures = new Map(links.map((link) => [link, failureOf(link)]))
  return { failures, over: isOver ? why : null }
}

function unsent(links: readonly Link[], why: LinkFailure): Written {
  return failed(links, { why, mayBeApplied: false, isOver: true }, () => [])
}

/** Repeats a request that may be repeated; an unknown fate is no reason not to, here. */
async function persist<T>(
  context: SendContext,
  request: () => Promise<T>,
): Promise<{ readonly answer: T } | { readonly givenUp: GivenUp }> {
  let mayBeApplied = false
  for (let attempts = firstAttempt; ; ) {
    await context.lease.ensure(context.connector.timing.requestTimeoutMs)
    try {
      return { answer: await request() }
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error
      const isUnknown = error.kind === 'unknown'
      mayBeApplied ||= isUnknown
      const kind = isUnknown ? 'unavailable' : error.kind
      const reaction = react(kind, attempts, error.retryAfterMs, context.random())
      if (reaction.do !== 'again') {
        // As with records: answers that got lost, or a wrong pair, are no reason to send nothing else.
        const isOver = !isUnknown && reaction.do !== 'bisect'
        const message = isOver ? haltBy(context, error) : error.message
        const why = { reason: `association.${error.reason}`, message }
        return { givenUp: { why, mayBeApplied, isOver } }
      }
      await context.clock.sleep(reaction.waitMs, context.signal)
      attempts = reaction.next
    }
  }
}
