/**
 * From when on a run reads an object. It goes at two speeds: promptly what changed since the run before it, and now and then
 * again what was read long enough ago that nothing of it can show late any more. Everything is read when
 * that is longer ago than the sync says: where the CRM lists no deletes, only a whole read finds them. One whose deletions a
 * guard withheld is not repeated by each run, which could use up what the CRM allows in a day: it waits for its turn, or for
 * somebody's word. Nor is one that did not come to its end, as the day's budget or a scheduler's patience was too small for it: while
 * each run began with it, none would read what changed. That of a killed process, which could tell nothing, is made good at once.
 */
import type { ReadPosition } from '../../../core/history/remembered/pulled-objects.ts'
import { addMicroseconds } from '../../../core/change/instant.ts'
import { instant } from '../../instant.ts'
import type { PullContext } from '../context.ts'
import type { PulledObject } from '../history/pulled-object.ts'

/** Clocks differ, and a second is not over when it is read: so much is read again at once. */
const overlapMs = 600_000

/** So long after it was begun in vain a due read of everything has its next turn. */
const retryMs = 21_600_000

export interface ReadFrom {
  /** Null for everything. */
  readonly since: string | null
  /** Whether what the CRM showed late is looked for, too. */
  readonly isTrailing: boolean
  /** The position before this read; null before the first. */
  readonly before: ReadPosition | null
  /** When everything was read last, as it is remembered in case this read does not come to its end; null for as it was. */
  readonly triedAt: string | null
}

export function readFrom(
  { clock, force, kind, sync }: PullContext,
  { position: before, wholeOwed }: PulledObject,
): ReadFrom {
  const whole = { since: null, isTrailing: true, before, triedAt: null }
  if (before === null) return whole
  const { since, triedAt, trailedAt, withheld } = before
  const longest = sync.wholeReadEveryMs ?? Number.POSITIVE_INFINITY
  const isDue = triedAt === null || clock.now() - Date.parse(triedAt) >= longest
  const isAsked = kind !== 'run' || (force && withheld > 0)
  if (isAsked || wholeOwed !== null) return whole
  if (isDue) return { ...whole, triedAt: dueAgain(clock.now(), longest) }
  const prompt = earlier(since, overlapMs)
  // What was late by less than that when the last such read began shows in this one.
  const isTrailing = clock.now() - Date.parse(trailedAt) >= sync.trailingMs
  const trailing = isTrailing ? earlier(trailedAt, sync.trailingMs) : prompt
  return { since: trailing < prompt ? trailing : prompt, isTrailing, before, triedAt: null }
}

/** What makes a read of everything due at its next turn; null where none is ever due by time. */
function dueAgain(now: number, longest: number): string | null {
  return Number.isFinite(longest) ? instant(now - longest + Math.min(longest, retryMs)) : null
}

function earlier(at: string, ms: number): string {
  return addMicroseconds(at, BigInt(ms) * -1000n)
}

/** The position after a read that began at `startedAt`; of `withheld` only a read of everything tells. */
export function positionAfter(
  { since, isTrailing, before }: ReadFrom,
  startedAt: string,
  withheld: number,
): ReadPosition {
  const wholeAt = before?.wholeAt ?? null
  if (since === null) {
    const counting = withheld === 0 ? startedAt : wholeAt
    return {
      since: startedAt,
      wholeAt: counting,
      triedAt: startedAt,
      withheld,
      trailedAt: startedAt,
    }
  }
  const trailedAt = isTrailing ? startedAt : (before?.trailedAt ?? startedAt)
  const triedAt = before?.triedAt ?? null
  return { since: startedAt, wholeAt, triedAt, withheld: before?.withheld ?? 0, trailedAt }
}
