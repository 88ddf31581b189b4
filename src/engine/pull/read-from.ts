/**
 * From when on a run reads an object. A run reads what changed since the one before it, and everything when that is
 * longer ago than the sync says: where the CRM lists no deletes, only a whole read finds them.
 */
import type { ReadPosition } from '../../core/history/pulled-objects.ts'
import { addMicroseconds } from '../../core/change/instant.ts'
import type { PullContext } from './context.ts'
import type { PulledObject } from './prepare-object.ts'

/** What the CRM shows late (a transaction that ends after others, an index) is read once more. */
const overlapMicroseconds = 600_000_000n

export interface ReadFrom {
  /** Null for everything. */
  readonly since: string | null
  /** The position before this read; null before the first. */
  readonly before: ReadPosition | null
}

export function readFrom(
  { clock, kind, sync }: PullContext,
  { position: before, owesWhole }: PulledObject,
): ReadFrom {
  if (before === null) return { since: null, before }
  const { since, wholeAt } = before
  const longest = sync.wholeReadEveryMs ?? Number.POSITIVE_INFINITY
  const isDue = wholeAt === null || clock.now() - Date.parse(wholeAt) >= longest
  if (kind !== 'run' || owesWhole || isDue) return { since: null, before }
  return { since: addMicroseconds(since, -overlapMicroseconds), before }
}

/** The position after a read that began at `startedAt`. */
export function positionAfter(
  { since, before }: ReadFrom,
  startedAt: string,
  isComplete: boolean,
): ReadPosition {
  const isWhole = since === null && isComplete
  return { since: startedAt, wholeAt: isWhole ? startedAt : (before?.wholeAt ?? null) }
}
