/** What a recovery does about erasures that the warehouse lacks: it tells of them, until a person says that they are made again. */
import { markErasure } from '../core/sql/erasure-mark.ts'
import type { Session } from '../warehouse/warehouse.ts'
import { erasureAfter, learnErasure, lostErasures } from './erasures.ts'
import { readSync, type SchemaContext } from './working-schema.ts'

export interface RecoverOptions {
  /** Whether a person says that everybody was erased again whom the warehouse lacked. */
  readonly erasedAgain: boolean
}

/** Gives what `lostErasures` does, once the sync's row is there; null where it was said that nothing is lost any more. */
export async function settleErasures(
  context: SchemaContext,
  session: Session,
  { erasedAgain }: RecoverOptions,
): Promise<number | null> {
  const { dialect, ledger, lease, shared, sync } = context
  const known = await readSync(context, session)
  const record = await ledger.sync(sync.name)
  await learnErasure(context, record, known)
  const lost = lostErasures(sync, record, known)
  if (lost === null || !erasedAgain) return lost
  // Later than before, or the same copy, restored once more, would pass for one in which they are made.
  const { at, mark } = erasureAfter(context, lost)
  await session.execute([markErasure(dialect, shared, mark)])
  await ledger.keepErasure(lease.current(), at)
  return null
}
