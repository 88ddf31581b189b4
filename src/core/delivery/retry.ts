/**
 * What follows from a failed request: decided here and nowhere else. The curve: 1 s, 2 s, 4 s, …
 * at most 60 s, each half fixed and half random; a wait that the CRM names is kept exactly, and one of
 * more than 5 minutes is left to the next run, as is a batch that was throttled for as long.
 */

/** Mirrors the connector seam's failure kinds, which core may not import. */
export type Failure =
  | 'throttled'
  | 'exhausted'
  | 'unavailable'
  | 'unknown'
  | 'poisoned'
  | 'auth'
  | 'invalid'

/**
 * - `again`: certainly not applied; send the same after a wait, with `next` behind it.
 * - `resolve`: may have been applied; ask the CRM what became of it before anything is resent.
 * - `bisect`: refused because of some input; send halves.
 * - `defer`: nothing more can be sent in this run; what is left waits for the next one.
 * - `stop`: no request of this kind will pass until a person acts.
 */
export type Reaction =
  | { readonly do: 'again'; readonly waitMs: number; readonly next: Attempts }
  | { readonly do: 'resolve' }
  | { readonly do: 'bisect' }
  | { readonly do: 'defer' }
  | { readonly do: 'stop' }

/** What one batch went through so far. */
export interface Attempts {
  /** The present one's number, from 1; a throttled request was no attempt. */
  readonly count: number
  /** Waited because the CRM throttled. */
  readonly throttledMs: number
}

export const firstAttempt: Attempts = { count: 1, throttledMs: 0 }

/** Attempts of one batch that count. */
export const maxAttempts = 5
const baseMs = 1_000
const capMs = 60_000
/** A CRM that asks for a longer pause than this is left alone until the next run. */
export const longestWaitMs = 300_000

export function react(
  failure: Failure,
  attempts: Attempts,
  retryAfterMs: number | null,
  random: number,
): Reaction {
  switch (failure) {
    case 'throttled':
      return throttled(attempts, retryAfterMs ?? backoff(1, random))
    case 'unavailable':
      return attempts.count >= maxAttempts
        ? { do: 'defer' }
        : again(retryAfterMs ?? backoff(attempts.count, random), afterOneMore(attempts))
    case 'unknown':
      return { do: 'resolve' }
    case 'poisoned':
      return { do: 'bisect' }
    case 'exhausted':
      return { do: 'defer' }
    case 'auth':
    case 'invalid':
      return { do: 'stop' }
    default:
      return failure satisfies never
  }
}

/** The attempts with the present one behind them. */
export function afterOneMore(attempts: Attempts): Attempts {
  return { ...attempts, count: attempts.count + 1 }
}

function throttled(attempts: Attempts, waitMs: number): Reaction {
  const throttledMs = attempts.throttledMs + waitMs
  return throttledMs > longestWaitMs ? { do: 'defer' } : again(waitMs, { ...attempts, throttledMs })
}

function again(waitMs: number, next: Attempts): Reaction {
  return waitMs > longestWaitMs ? { do: 'defer' } : { do: 'again', waitMs, next }
}

/** Milliseconds before attempt `attempt + 1`; `random` is uniform in [0, 1). */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 16))
  return Math.round(full / 2 + (full / 2) * random)
}
