import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoff, firstAttempt, longestWaitMs, maxAttempts, react } from './retry.ts'

/** The batch's attempts before its `count`-th. */
function attempts(count: number) {
  return { ...firstAttempt, count }
}

describe('what follows from a failed request', () => {
  it.each([
    ['throttled', 1, 2_500, { do: 'again', waitMs: 2_500, next: { count: 1, throttledMs: 2_500 } }],
    ['throttled', 1, null, { do: 'again', waitMs: 750, next: { count: 1, throttledMs: 750 } }],
    // It was no attempt, and never waits longer for being repeated.
    ['throttled', 6, null, { do: 'again', waitMs: 750, next: { count: 6, throttledMs: 750 } }],
    ['unavailable', 1, null, { do: 'again', waitMs: 750, next: attempts(2) }],
    ['unavailable', 2, null, { do: 'again', waitMs: 1_500, next: attempts(3) }],
    ['unavailable', 2, 9_000, { do: 'again', waitMs: 9_000, next: attempts(3) }],
    ['unavailable', 2, 0, { do: 'again', waitMs: 0, next: attempts(3) }],
    ['unavailable', maxAttempts - 1, null, { do: 'again', waitMs: 6_000, next: attempts(5) }],
    ['unavailable', maxAttempts, null, { do: 'defer' }],
    // What may have been applied is never simply sent again (promise 4).
    ['unknown', 1, null, { do: 'resolve' }],
    ['unknown', maxAttempts, 1_000, { do: 'resolve' }],
    ['poisoned', 1, null, { do: 'bisect' }],
    ['exhausted', 1, 86_400_000, { do: 'defer' }],
    ['auth', 1, null, { do: 'stop' }],
    ['invalid', 1, null, { do: 'stop' }],
  ] as const)('%s, attempt %i, wait %s: %j', (failure, attempt, retryAfterMs, reaction) => {
    expect(react(failure, attempts(attempt), retryAfterMs, 0.5)).toEqual(reaction)
  })
})

describe('the wait before another attempt', () => {
  it.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [3, 2_000, 4_000],
    [6, 16_000, 32_000],
    [7, 30_000, 60_000],
    [1_000, 30_000, 60_000],
  ])('after attempt %i lies between %i and %i ms', (attempt, least, most) => {
    expect(backoff(attempt, 0)).toBe(least)
    expect(backoff(attempt, 1)).toBe(most)
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (random) => {
        const wait = backoff(attempt, random)
        expect(wait >= least && wait <= most && Number.isInteger(wait)).toBe(true)
      }),
    )
  })
})

describe('a pause that the CRM asks for', () => {
  it.each(['throttled', 'unavailable'] as const)(
    'is kept after %s up to five minutes, and then the rest waits for the next run',
    (failure) => {
      const waited = { do: 'again', waitMs: longestWaitMs }
      expect(react(failure, firstAttempt, longestWaitMs, 0)).toMatchObject(waited)
      expect(react(failure, firstAttempt, longestWaitMs + 1, 0)).toEqual({ do: 'defer' })
    },
  )

  it('however often, until five minutes were waited', () => {
    const wait = 10_000
    let seen = firstAttempt
    for (let waited = wait; waited <= longestWaitMs; waited += wait) {
      const reaction = react('throttled', seen, wait, 0)
      expect(reaction).toMatchObject({ do: 'again', waitMs: wait })
      if (reaction.do === 'again') seen = reaction.next
    }
    expect(react('throttled', seen, wait, 0)).toEqual({ do: 'defer' })
    expect(react('unavailable', seen, wait, 0)).toMatchObject({ do: 'again' })
  })
})
