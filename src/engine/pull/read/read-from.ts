/**
 * From when on a run reads an object. A run reads what changed since the one before it, and everything when that is
 * longer ago than the sync says: where the CRM lists no deletes, only a whole read finds them. One whose deletions a
 * guard withheld is not repeated by each run, which could use up what the CRM allows in a day: it waits for its turn, or for
 * somebody's word.
 */
import type { ReadPosition } from '../../../core/history/pulled-objects.ts'
import { addMicroseconds } from '../../../core/change/instant.ts'
import type { PullContext } from '../context.ts'
import type { PulledObject } from '../history/prepare-object.ts'

/** What the CRM shows late (a transaction that ends after others, an index) is read once more. */
const overlapMicroseconds = 600_000_000n

export interface ReadFrom {
  /** Null for everything. */
  readonly since: string | null
  /** The position before this read; null before the first. */
  readonly before: ReadPosition | null
}

export function readFrom(
  { clock, force, kind, sync }: PullContext,
  { position: before, wholeOwed }: PulledObject,
): ReadFrom {
  if (before === null) return { since: null, before }
  const { since, triedAt, withheld } = before
  const longest = sync.wholeReadEveryMs ?? Number.POSITIVE_INFINITY
  const isDue = triedAt === null || clock.now() - Date.parse(triedAt) >= longest
  const isAsked = kind !== 'run' || (force && withheld > 0)
  if (isAsked || wholeOwed !== null || isDue) return { since: null, before }
  return { since: addMicroseconds(since, -overlapMicroseconds), before }
}

/** The position after a read that began at `startedAt`; of `withheld` only a read of everything tells. */
export function positionAfter(
  { since, before }: ReadFrom,
  startedAt: string,
  withheld: number,
): ReadPosition {
  const wholeAt = before?.wholeAt ?? null
  if (since === null) {
    const counting = withheld === 0 ? startedAt : wholeAt
    return { since: startedAt, wholeAt: counting, triedAt: startedAt, withheld }
  }
  const triedAt = before?.triedAt ?? null
  return { since: startedAt, wholeAt, triedAt, withheld: before?.withheld ?? 0 }
}
