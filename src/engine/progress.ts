/** What a push tells while it works; the command line and the web page show it. */
import type { PlanTotals } from '../core/plan/guards.ts'
import type { CallForecast } from '../core/plan/predict-calls.ts'
import type { OutcomeStatus } from '../model/operation.ts'

export type Progress =
  | { readonly at: 'recovering'; readonly runId: string; readonly batches: number }
  | { readonly at: 'diffing' }
  | { readonly at: 'diffed'; readonly rows: number; readonly due: number }
  | { readonly at: 'planning'; readonly done: number; readonly due: number }
  | { readonly at: 'planned'; readonly totals: PlanTotals }
  /** What delivering takes; not told where there is nothing to deliver. */
  | { readonly at: 'predicted'; readonly calls: CallForecast }
  | {
      readonly at: 'delivering'
      readonly done: number
      readonly operations: number
      readonly waitingMs: number
    }
  | { readonly at: 'confirmed'; readonly generation: number }

/** Outcomes by status and reason; the sums are the run's whole truth (promise 2). */
export type OutcomeCounts = Readonly<Record<OutcomeStatus, number>>

export const noOutcomes: OutcomeCounts = {
  delivered: 0,
  unchanged: 0,
  skipped: 0,
  rejected: 0,
  deferred: 0,
}
