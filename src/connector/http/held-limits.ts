/** Limits as they are declared, corrected by what is known of one connection. */
import type { HeldLimit, RateLimit } from '../connector.ts'

/** What is known of a limit: what it holds, and what the last answer said is left of it. */
export interface KnownLimit {
  readonly max?: number
  readonly remaining?: number
  /** As it is got from the budget book. */
  readonly budget?: string
}

/** `known` by the names of limits; whoever uses less than there is has no more left than that. */
export function heldLimits(
  declared: readonly RateLimit[],
  known: Readonly<Record<string, KnownLimit>>,
): readonly HeldLimit[] {
  return declared.map((limit) => {
    const { max = limit.max, remaining, budget = null } = known[limit.name] ?? {}
    const left = remaining === undefined ? null : Math.min(max, remaining)
    return { ...limit, max, left, budget }
  })
}
