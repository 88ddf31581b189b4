/**
 * Associations are written after their records, and the ledger does not know how far a dead worker came: of each
 * that a batch was to write it is in doubt whether it stands.
 */
import { type OperationOutcome, withoutAssociations } from '../../core/delivery/outcome.ts'
import { isAssociation } from '../../core/mapping/association.ts'
import { withLinksInDoubt } from '../../core/plan/link-doubt.ts'
import type { PlanRow } from '../../core/plan/plan-row.ts'
import { reopenRecords } from '../../core/sql/reopen.ts'
import { acceptValues } from '../../core/sql/verify.ts'
import type { RunContext } from '../context.ts'
import { fenceStatement } from '../working-schema.ts'

/** The outcomes of a batch's rows, with what the next look needs to find their associations by. */
export async function doubtLinks(
  context: RunContext,
  rows: readonly PlanRow[],
  outcomes: readonly OperationOutcome[],
): Promise<readonly OperationOutcome[]> {
  const linking = rows.filter(({ changes }) => Object.keys(changes).some(isAssociation))
  if (linking.length === 0) return outcomes
  const bound = new Map(outcomes.map((outcome) => [outcome.sequence, outcome]))
  const unbound = linking.filter(({ sequence }) => (bound.get(sequence)?.presence ?? null) === null)
  await keepInBaseline(context, unbound)
  const bySequence = new Map(linking.map((row) => [row.sequence, row]))
  return outcomes.map((outcome) => {
    const row = bySequence.get(outcome.sequence)
    return row === undefined || outcome.presence === null ? outcome : doubted(row, outcome)
  })
}

function doubted(row: PlanRow, outcome: OperationOutcome): OperationOutcome {
  const { status, reason, message } = outcome
  if (status !== 'delivered') {
    return withoutAssociations(row, outcome, { reason: reason ?? '', message: message ?? '' })
  }
  const why = 'the worker died before the association was confirmed'
  return withoutAssociations(row, outcome, { reason: 'run.interrupted', message: why })
}

/** Of rows whose outcome leaves the baseline as it is: what they were to link may be linked all the same. */
async function keepInBaseline(context: RunContext, rows: readonly PlanRow[]): Promise<void> {
  const { dialect, tables } = context
  const known = rows.flatMap(({ changes, crmValues, remoteId }) =>
    remoteId === null
      ? []
      : [{ remoteId, crmValues: withLinksInDoubt(crmValues, crmValues, changes) }],
  )
  if (known.length === 0) return
  const ids = known.map(({ remoteId }) => remoteId)
  await context.warehouse.session((session) =>
    session.execute([
      fenceStatement(context),
      acceptValues(dialect, tables, known),
      reopenRecords(dialect, tables, ids),
    ]),
  )
}
