/** Rows whose records the CRM says are not there: people deleted them, or merged them into others. */
import { type OperationOutcome, undelivered } from '../../../core/delivery/outcome.ts'
import { fieldKnowledge } from '../../../core/mapping/mapping.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { mergedOutcome } from './fate-outcomes.ts'
import { readCurrent } from './read-current.ts'
import type { Gone } from './results.ts'
import type { SendContext } from './send-context.ts'

/**
 * A record that is gone since the look is looked at again by the next run. Without looks nobody would ever find out: here
 * the row follows a merge, or gets a second record (promise 4), and else the sync's policy for deleted records applies.
 */
export async function goneOutcomes(
  context: SendContext,
  gone: readonly Gone[],
): Promise<readonly OperationOutcome[]> {
  if (context.sync.readBefore) return gone.map(({ row, message }) => lookedAtAgain(row, message))
  const knowledge = fieldKnowledge(context.mapping)
  const kept = gone.flatMap(({ row }) => (hasLeft(row) ? [] : [row]))
  // A read follows merges, and a write does not.
  const records = await readCurrent(context, knowledge, kept)
  return gone.map(({ row, message }) => {
    const record = records.get(row.sequence)
    if (record === undefined) return deletedOutcome(context, row, message)
    // Restored since.
    if (record.id === row.remoteId) return lookedAtAgain(row, message)
    return mergedOutcome(context, knowledge, row, record)
  })
}

function lookedAtAgain(row: PlanRow, message: string): OperationOutcome {
  return undelivered(row, { status: 'deferred', reason: 'record.gone', message })
}

/** Whether the row left the model: of such a one nothing is to be made again, and nothing waits. */
function hasLeft({ kind, presence }: PlanRow): boolean {
  return kind === 'delete' || presence === 'cleared'
}

function deletedOutcome({ sync }: SendContext, row: PlanRow, message: string): OperationOutcome {
  const left = hasLeft(row)
  const recreate = sync.ifDeleted === 'recreate' && !left
  const status = recreate ? 'deferred' : 'skipped'
  const hold = recreate || left ? null : 'content'
  return {
    ...undelivered(row, { status, reason: 'record.deleted', message, hold }),
    presence: 'deleted',
    crmValues: row.crmValues,
    withheld: row.withheld,
    reopen: recreate,
  }
}
