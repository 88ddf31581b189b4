/** What an erasure does to a warehouse, or would do, with the mark by which an older copy is known. */
import { markNextErasure } from '../core/sql/erasure-mark.ts'
import type { Statement } from '../core/sql/statement.ts'
import type { Session } from '../warehouse/warehouse.ts'
import { erasureAfter } from './erasures.ts'
import { instant } from './instant.ts'
import { fenceStatement, type SchemaContext } from './working-schema.ts'

type EraseContext = Pick<
  SchemaContext,
  'clock' | 'dialect' | 'ledger' | 'lease' | 'shared' | 'sync'
> & {
  readonly dryRun: boolean
}

/**
 * Executes what erases and the mark in one transaction behind the fence (promise 7), also where there is nothing to erase: an
 * older copy may have what is here no more. `erasing` is given the time of it, in milliseconds since the epoch, after any that the
 * state knows of. Gives the affected rows of each statement.
 */
export async function eraseMarked(
  context: EraseContext,
  session: Session,
  erasing: (at: number) => readonly Statement[],
): Promise<readonly number[]> {
  const { dialect, dryRun, ledger, lease, shared, sync } = context
  const { erasedAt } = await ledger.sync(sync.name)
  const { at, mark } = erasureAfter(context, erasedAt)
  const last = erasedAt === null ? null : instant(erasedAt)
  const statements = [
    fenceStatement(context),
    markNextErasure(dialect, shared, mark, last),
    ...erasing(at),
  ]
  const [, , ...affected] = dryRun
    ? await session.rehearse(statements)
    : await session.execute(statements)
  // Not before: an erasure that failed would stop the sync. Where this is cut off, the next opening finds the mark.
  if (!dryRun) await ledger.keepErasure(lease.current(), at)
  return affected
}
