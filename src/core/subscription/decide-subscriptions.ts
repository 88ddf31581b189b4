/**
 * What to do so that the CRM sends what is wanted, and sends it once. Ours is what has our name and leads to our
 * address: whatever else there is belongs to someone else, and is left alone.
 */
import type { Subscription, WantedSubscription } from '../../model/subscription.ts'

/** Before the name of an environment: what people find ours by in the CRM. */
const ourName = 'syncline'

/** The name of an environment's subscriptions. */
export function subscriptionName(environment: string): string {
  return `${ourName} ${environment}`
}

export interface SubscriptionPlan {
  readonly kept: readonly Subscription[]
  /** Made before anything is removed, so that nothing goes untold between the two. */
  readonly created: readonly WantedSubscription[]
  /** Ours that are not wanted, not as they are wanted, or there twice. */
  readonly removed: readonly Subscription[]
}

/** `address` is where all of ours lead, without the secret that a path may end in. */
export function decideSubscriptions(
  wanted: readonly WantedSubscription[],
  present: readonly Subscription[],
  address: string,
): SubscriptionPlan {
  const ours = present.filter((one) => isOurs(one, address))
  const kept = new Map<WantedSubscription, Subscription>()
  for (const each of wanted) {
    // Whoever made a second one at the same time decides alike.
    const fitting = ours.filter((one) => fits(one, each)).toSorted(oldestFirst)
    if (fitting[0] !== undefined) kept.set(each, fitting[0])
  }
  const keeping = new Set(kept.values())
  return {
    kept: [...keeping],
    created: wanted.filter((each) => !kept.has(each)),
    removed: ours.filter((one) => !keeping.has(one)),
  }
}

/** Named by any of our environments: at one address only one of them can receive. */
function isOurs({ name, url }: Subscription, address: string): boolean {
  const isNamed = name === ourName || name.startsWith(`${ourName} `)
  return isNamed && (url === address || url.startsWith(`${address}/`))
}

function fits(one: Subscription, { object, url, auth }: WantedSubscription): boolean {
  return (
    one.object === object &&
    one.url === url &&
    one.tellsAll &&
    one.isActive &&
    one.auth?.user === auth?.user &&
    isSamePassword(one.auth?.password, auth?.password)
  )
}

/** A CRM that shows none is believed. */
function isSamePassword(shown: string | null | undefined, own: string | null | undefined): boolean {
  return shown === null || shown === own
}

/** Ids are numbers that grow, or texts of one length. */
function oldestFirst(a: Subscription, b: Subscription): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1)
}

/** Whether its last delivery failed: then others may have, and may never come. */
export function isFailing({ lastDelivery }: Pick<Subscription, 'lastDelivery'>): boolean {
  if (lastDelivery === null) return false
  const { status } = lastDelivery
  return status === null || status < 200 || status >= 300
}
