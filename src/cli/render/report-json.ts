/** A report in the form that `--json` promises. */
import type { PushResult } from '../../app/push/push-sync.ts'
import { totalCalls } from '../../app/call-counts.ts'
import { breachesJson } from './breaches.ts'
import { predictionJson } from './calls.ts'
import { errorJson } from './error.ts'
import { time } from './runs.ts'

export function reportJson(report: PushResult): Readonly<Record<string, unknown>> {
  return {
    sync: report.sync,
    run: report.runId,
    state: report.state,
    rows: report.rows,
    planned: report.planned,
    outcomes: report.outcomes,
    reasons: report.reasons,
    breached_guards: breachesJson(report.breaches),
    due_by_mapping: report.remapped,
    predicted_calls: predictionJson(report.predicted),
    calls: { total: totalCalls(report.calls), by_endpoint: report.calls },
    error: report.error === null ? null : errorJson(report.error),
    started_at: time(report.startedAt),
    ended_at: time(report.endedAt),
  }
}
