/** Writing associations: after their records, each apart. What did not arrive is due in the next run. */
import type { AssociationPair, Associations } from '../../../connector/connector.ts'
import {
  type LinkFailure,
  type OperationOutcome,
  withLinkRefused,
  withLinksUnknown,
  withLinkUnsent,
} from '../../../core/delivery/outcome.ts'
import { type LinkChange, linkChange } from '../../../core/plan/link-change.ts'
import { associationName } from '../../../core/mapping/association.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { AssociationMapping } from '../../../model/sync.ts'
import { refuseLateStart } from '../../late-start.ts'
import { associationKind } from '../look/associations.ts'
import type { SendContext } from './send-context.ts'
import { type GivenUp, overIn, type Part, sendLinks } from './send-links.ts'

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
  const leaving = links.filter((link) => link.old.length > 0)
  const removed = await sendLinks(context, leaving, (some) => {
    const pairs = some.flatMap((link) => link.old.map((id) => pairOf(link, id)))
    return associations.remove(pairs, kind)
  })
  const kept = new Map(removed.flatMap((part) => notRemoved(part)))
  const coming = links.filter((link) => link.new !== null && !kept.has(link))
  const over = overIn(removed)
  if (over !== null) {
    const { failures } = unsent(coming, over, (link) => link.old)
    return { failures: new Map([...kept, ...failures]), over }
  }
  const added = await sendLinks(context, coming, (some) =>
    associations.add(
      some.map((link) => pairOf(link, link.new ?? '')),
      kind,
    ),
  )
  return { failures: new Map([...kept, ...added.flatMap(notAdded)]), over: overIn(added) }
}

const nothingFailed: Written = { failures: new Map(), over: null }

function pairOf({ recordId }: Link, toId: string): AssociationPair {
  return { fromId: recordId, toId }
}

type Failures = readonly (readonly [Link, Failure])[]

function notRemoved(part: Part<Link, void>): Failures {
  if ('answer' in part) return []
  return failed(part.links, part.givenUp, () => [])
}

function notAdded(part: Part<Link, AddAnswer>): Failures {
  if ('answer' in part) return unwritten(part.links, part.answer)
  const { because, mayBeApplied, why } = part.givenUp
  // Of a pair that is refused by itself the CRM has said so; its old one went.
  return because === 'poisoned' && !mayBeApplied
    ? part.links.map((link) => [link, { ...why, fate: 'refused' }])
    : failed(part.links, part.givenUp, (link) => link.old)
}

type AddAnswer = Awaited<ReturnType<Associations['add']>>

/** What the CRM says of each pair, as far as it was not made. */
function unwritten(links: readonly Link[], results: AddAnswer): Failures {
  return links.flatMap((link, index): Failures => {
    const result = results[index] ?? { status: 'unaccounted' }
    if (result.status === 'unaccounted') return [[link, unaccounted]]
    if (result.status !== 'rejected') return []
    const { reason, message } = result
    return [[link, { fate: 'refused', reason, message }]]
  })
}

const unaccounted: Failure = {
  fate: 'unknown',
  reason: 'association.unaccounted',
  message: 'the CRM did not say whether the association was written',
}

function failed(
  links: readonly Link[],
  { why, mayBeApplied }: Pick<GivenUp, 'why' | 'mayBeApplied'>,
  goneOf: (link: Link) => readonly string[],
): Failures {
  return links.map((link) => [
    link,
    mayBeApplied ? { ...why, fate: 'unknown' } : { ...why, fate: 'unsent', gone: goneOf(link) },
  ])
}

function unsent(
  links: readonly Link[],
  why: LinkFailure,
  goneOf: (link: Link) => readonly string[] = () => [],
): Written {
  return { failures: new Map(failed(links, { why, mayBeApplied: false }, goneOf)), over: why }
}
