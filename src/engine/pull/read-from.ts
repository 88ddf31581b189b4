/**
 * From when on a run reads an object. A run reads what changed since the one before it, and everything when that is
 * longer ago than the sync says: where the CRM lists no deletes, only a whole read finds them.
 */
import { positionOf, type ReadPosition } from '../../core/history/positions.ts'
import { addMicroseconds } from '../../core/change/instant.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { PullContext } from './context.ts'

/** What the CRM shows late (a transaction that ends after others, an index) is read once more. */
const overlapMicroseconds = 600_000_000n

export interface ReadFrom {
  /** Null for everything. */
  readonly since: string | null
  /** The position before this read; null before the first. */
  readonly before: ReadPosition | null
}

export async function readFrom(
  context: PullContext,
  session: Session,
  object: string,
): Promise<ReadFrom> {
  const { clock, dialect, kind, shared, sync } = context
  const owner = { sync: sync.name, object }
  const [row] = await session.query(positionOf(dialect, shared.positions, owner))
  const [since, wholeAt] = row ?? []
  if (since === null || since === undefined || wholeAt === null || wholeAt === undefined) {
    return { since: null, before: null }
  }
  const before = { since, wholeAt }
  const isDue = clock.now() - Date.parse(wholeAt) >= sync.wholeReadEveryMs
  if (kind === 'reconcile' || isDue) return { since: null, before }
  return { since: addMicroseconds(since, -overlapMicroseconds), before }
}

/** The position after a read that began at `startedAt`. */
export function positionAfter(
  { since, before }: ReadFrom,
  startedAt: string,
  isComplete: boolean,
): ReadPosition {
  const isWhole = since === null && isComplete
  return { since: startedAt, wholeAt: isWhole ? startedAt : (before?.wholeAt ?? never) }
}

/** Before every read of everything. */
const never = '0001-01-01T00:00:00.000000Z'
