/**
 * Requests about associations. Adding or removing one twice is the same as once: a request of unknown fate is sent
 * again, and one that some pair poisons in halves.
 */
import { RequestFailure } from '../../../connector/connector.ts'
import type { LinkFailure } from '../../../core/delivery/outcome.ts'
import { firstAttempt, react } from '../../../core/delivery/retry.ts'
import { haltBy } from './halt.ts'
import type { SendContext } from './send-context.ts'

/** A request that was not answered well in the end. */
export interface GivenUp {
  readonly why: LinkFailure
  /** Whether one of its attempts may have been applied all the same. */
  readonly mayBeApplied: boolean
  /**
   * - `poisoned`: some pair is wrong; of a request about one link, that link.
   * - `over`: nothing more is sent in this run.
   * - `lost`: its answers were, time after time.
   */
  readonly because: 'poisoned' | 'over' | 'lost'
}

/** Links that were sent together, and what came of it. */
export type Part<L, T> = { readonly links: readonly L[] } & Sent<T>

type Sent<T> = { readonly answer: T } | { readonly givenUp: GivenUp }

/** Sends what `request` asks for some links; the parts have all links in order, also those not sent any more. */
export async function sendLinks<L, T>(
  context: SendContext,
  links: readonly L[],
  request: (links: readonly L[]) => Promise<T>,
): Promise<readonly Part<L, T>[]> {
  if (links.length === 0) return []
  const sent = await persist(context, () => request(links))
  if ('answer' in sent || sent.givenUp.because !== 'poisoned' || links.length === 1) {
    return [{ links, ...sent }]
  }
  const middle = Math.ceil(links.length / 2)
  const first = await sendLinks(context, links.slice(0, middle), request)
  const rest = links.slice(middle)
  const over = overIn(first)
  const second: readonly Part<L, T>[] =
    over === null
      ? await sendLinks(context, rest, request)
      : [{ links: rest, givenUp: { why: over, mayBeApplied: false, because: 'over' } }]
  const { mayBeApplied } = sent.givenUp
  return [...first, ...second].map((part) =>
    'givenUp' in part && mayBeApplied
      ? { ...part, givenUp: { ...part.givenUp, mayBeApplied } }
      : part,
  )
}

/** Why nothing more is sent in this run; null where that is not so. */
export function overIn(parts: readonly Part<unknown, unknown>[]): LinkFailure | null {
  const over = parts.find((part) => 'givenUp' in part && part.givenUp.because === 'over')
  return over !== undefined && 'givenUp' in over ? over.givenUp.why : null
}

async function persist<T>(context: SendContext, request: () => Promise<T>): Promise<Sent<T>> {
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
        const because = isUnknown ? 'lost' : reaction.do === 'bisect' ? 'poisoned' : 'over'
        const message = because === 'over' ? haltBy(context, error) : error.message
        return {
          givenUp: {
            why: { reason: `association.${error.reason}`, message },
            mayBeApplied,
            because,
          },
        }
      }
      await context.clock.sleep(reaction.waitMs, context.signal)
      attempts = reaction.next
    }
  }
}
