/** The end of a read: what differs from what is known goes into the history. */
import {
  type ComparedRead,
  countDifferences,
  stageDifferences,
} from '../../../core/history/load/comparison.ts'
import { createStaging, dropScratch } from '../../../core/history/tables/create.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import { instant } from '../../instant.ts'
import { foldStaged } from '../history/load-changes.ts'
import type { ComparedContext, LoadContext } from '../context.ts'
import { countsOf } from '../drift.ts'
import { loadTarget } from '../history/load-target.ts'
import type { PulledObject } from '../history/pulled-object.ts'
import type { Intake } from './intake.ts'
import type { ObjectReport } from '../pull.ts'

export function comparison(
  { clock, dialect, origin, runId }: ComparedContext,
  { tables, pins }: PulledObject,
): ComparedRead {
  const loadedAt = instant(clock.now())
  return { dialect, tables, fields: pins, id: runId, origin, loadedAt }
}

/**
 * Compares, and takes what differs into the history, together with what is to be true then; a dry run only
 * counts it.
 */
export async function concludeRead(
  context: ComparedContext,
  intake: Pick<Intake, 'object' | 'isRepeated'>,
  alongside: readonly Statement[] = [],
): Promise<Pick<ObjectReport, 'added' | 'drift' | 'completed'>> {
  const { dialect, dryRun, warehouse } = context
  const object = intake.object()
  const { tables, pins } = object
  const compared = comparison(context, object)
  const differences = stageDifferences(compared, intake.isRepeated())
  const { counts, added } = await warehouse.session(async (session) => {
    await session.execute([...createStaging(dialect, tables, pins), differences])
    const rows = await session.query(countDifferences(compared))
    const folded = dryRun ? null : await foldStaged(session, loadTarget(context, object, alongside))
    if (folded === null) await session.execute(dropScratch(dialect, tables))
    return { counts: rows, added: folded?.added ?? 0 }
  })
  context.progress({ at: 'loaded', object: object.object.name, changes: added })
  return { added, ...countsOf(counts, pins) }
}

/** What stands in scratch tables is people's data, and is not left lying about. */
export async function dropRead(
  { dialect, warehouse }: LoadContext,
  { tables }: PulledObject,
): Promise<void> {
  await warehouse
    .session((session) => session.execute(dropScratch(dialect, tables)))
    // Why the read ended matters more than whether this worked.
    .catch(() => undefined)
}
