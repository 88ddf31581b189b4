/**
 * Associations are written after their records, and the ledger does not know how far a dead worker came: of each
 * that a batch was to write it is in doubt whether it stands.
 */
import { type OperationOutcome, withLinksUnknown } from '../../core/delivery/outcome.ts'
import { isAssociation } from '../../core/mapping/association.ts'
import { withLinksInDoubt } from '../../core/plan/link-doubt.ts'
import type { PlanRow } from '../../core/plan/plan-row.ts'
import { reopenInDoubt } from '../../core/sql/reopen.ts'
import type { RunContext } from '../context.ts'
import { fenceStatement } from '../working-schema.ts'
import { baselineKey } from './look/bound-records.ts'

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
    return withLinksUnknown(row, outcome, { reason: reason ?? '', message: message ?? '' })
  }
  const why = 'the run was cut off before the association was confirmed'
  return withLinksUnknown(row, outcome, { reason: 'run.interrupted', message: why })
}

/** Of rows whose outcome leaves the baseline as it is: what they were to link may be linked all the same. */
async function keepInBaseline(context: RunContext, rows: readonly PlanRow[]): Promise<void> {
  const { dialect, tables } = context
  // By key: a record that people merged meanwhile has another id than the baseline knows.
  const known = rows.map(({ changes, crmValues, key }) => ({
    key,
    crmValues: withLinksInDoubt(crmValues, crmValues, changes),
  }))
  if (known.length === 0) return
  const key = await baselineKey(context)
  await context.warehouse.session((session) =>
    session.execute([fenceStatement(context), reopenInDoubt(dialect, tables, key, known)]),
  )
}
