/**
 * Associations are written after their records, and the ledger does not know how far a dead worker came: of each
 * that a batch was to write it is in doubt whether it stands.
 */
import { type OperationOutcome, withKnown, withLinksUnknown } from '../../core/delivery/outcome.ts'
import { isAssociation } from '../../core/mapping/association.ts'
import { withLinksInDoubt } from '../../core/plan/link-doubt.ts'
import type { PlanRow } from '../../core/plan/plan-row.ts'
import type { PushSync } from '../../model/sync.ts'
import type { RunContext } from '../context.ts'

/** The outcomes of a batch's rows, with what the next look needs to find their associations by. */
export function doubtLinks(
  { sync }: Pick<RunContext, 'sync'>,
  rows: readonly PlanRow[],
  outcomes: readonly OperationOutcome[],
): readonly OperationOutcome[] {
  const linking = rows.filter(({ changes }) => Object.keys(changes).some(isAssociation))
  const bySequence = new Map(linking.map((row) => [row.sequence, row]))
  return outcomes.map((outcome) => {
    const row = bySequence.get(outcome.sequence)
    return row === undefined ? outcome : doubted(row, outcome, sync)
  })
}

function doubted(row: PlanRow, outcome: OperationOutcome, sync: PushSync): OperationOutcome {
  const { status, reason, message, presence } = outcome
  if (presence === null) {
    const known = outcome.reopen ? outcome.crmValues : row.crmValues
    const links = withLinksInDoubt(known, row.crmValues, row.changes)
    return withKnown(row, outcome, links, sync)
  }
  if (status !== 'delivered') {
    return withLinksUnknown(row, outcome, { reason: reason ?? '', message: message ?? '' })
  }
  const why = 'the worker died before the association was confirmed'
  return withLinksUnknown(row, outcome, { reason: 'run.interrupted', message: why })
}
