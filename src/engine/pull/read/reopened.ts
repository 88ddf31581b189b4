/** What a list shows of records that are known to be deleted, asked for by id before it is believed (promise 6). */
import type { SourceObject } from '../../../connector/source.ts'
import { listReopened } from '../../../core/history/load/comparison.ts'
import type { ReadContext } from '../context.ts'
import { askFor, keysIn } from './absent.ts'
import { comparison } from './conclude-read.ts'
import type { Intake } from './intake.ts'

/**
 * Whoever restores a record changes its timestamp. Where that is from before the deletion, the list may be older than what it was
 * asked for, or the record was hidden for a while and is shown again: the record itself tells which.
 */
export async function askForReopened(
  context: ReadContext,
  metadata: SourceObject,
  intake: Intake,
): Promise<void> {
  await intake.flush()
  const compared = comparison(context, intake.object())
  const keys = await context.warehouse.session(async (session) =>
    keysIn(await session.query(listReopened(compared))),
  )
  await askFor(context, metadata, intake, keys)
}
