/** What a push tells when it ends: planned and done, by outcome and reason. */
import type { GuardBreach, PlanTotals } from '../../core/plan/guards.ts'
import type { RemappedCounts } from '../../core/plan/remapped.ts'
import type { SynclineError } from '../../model/error.ts'
import type { RunState } from '../../model/run.ts'
import type { RunContext } from '../context.ts'
import type { Delivery } from './deliver/deliver.ts'
import type { CallPrediction, PredictedPlan } from './plan/predict-calls.ts'
import type { OutcomeCounts } from '../progress.ts'

export interface PushReport {
  readonly runId: string
  readonly sync: string
  readonly state: RunState
  /** Rows of the model, and rows that left it; the outcomes sum up to this. */
  readonly rows: number
  readonly planned: PlanTotals
  readonly outcomes: OutcomeCounts
  /** Rows by `status reason`. */
  readonly reasons: Readonly<Record<string, number>>
  /** Of the rejected, those rejected by an earlier run and unchanged since. */
  readonly heldRejected: number
  readonly breaches: readonly GuardBreach[]
  /** Of the due rows, those that an edited mapping made due. */
  readonly remapped: RemappedCounts
  /** What delivering the plan asks of the CRM; null where nothing is to be delivered. */
  readonly predicted: CallPrediction | null
  /** Why it ended early; the outcomes are true all the same. */
  readonly error: SynclineError | null
  readonly startedAt: number
  readonly endedAt: number
}

export interface Ending {
  readonly state: RunState
  readonly breaches: readonly GuardBreach[]
  readonly error: SynclineError | null
  /** Operations that were not sent although nothing went wrong: a plan, or an adoption. */
  readonly unsentReason: string
}

/** Of rows whose fate the next run finds out. */
const inFlightReason = 'run.in_flight'

export function pushReport(
  context: RunContext,
  startedAt: number,
  plan: Pick<PredictedPlan, 'counts' | 'totals' | 'remapped' | 'predicted'>,
  delivery: Delivery | null,
  ending: Ending,
): PushReport {
  const outcomes = { ...plan.counts.outcomes }
  const reasons = { ...plan.counts.reasons }
  if (delivery !== null) {
    for (const [status, rows] of Object.entries(delivery.outcomes)) {
      outcomes[status as keyof OutcomeCounts] += rows
    }
    for (const [reason, rows] of Object.entries(delivery.reasons)) {
      reasons[reason] = (reasons[reason] ?? 0) + rows
    }
    outcomes.deferred += delivery.unsent
    if (delivery.unsent > 0) reasons[`deferred ${ending.unsentReason}`] = delivery.unsent
    outcomes.deferred += delivery.underWay
    if (delivery.underWay > 0) reasons[`deferred ${inFlightReason}`] = delivery.underWay
  }
  return {
    runId: context.runId,
    sync: context.sync.name,
    state: ending.state,
    rows: plan.counts.rows,
    planned: plan.totals,
    outcomes,
    reasons,
    heldRejected: plan.counts.held.rejected,
    breaches: ending.breaches,
    remapped: plan.remapped,
    predicted: plan.predicted,
    error: ending.error,
    startedAt,
    endedAt: context.clock.now(),
  }
}
