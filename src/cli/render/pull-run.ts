/** What every run of a pull tells of itself, whatever it did: as a line and as JSON. */
import type { PullResult } from '../../app/pull/pull-sync.ts'
import type { PullSync } from '../../model/sync.ts'
import { seconds } from './plan.ts'
import { time } from './runs.ts'
import { syncTitle } from './sync-title.ts'

export const dryRunLine = '  nothing was written: this was a dry run'

/** `crm ← pipedrive deals (run 20260301_kq3f, succeeded, 1.2 s)`. */
export function pullRunTitle(sync: PullSync, report: PullResult): string {
  const { kind, runId, state } = report
  return `${syncTitle(sync)} (${kind} ${runId}, ${state}, ${seconds(report)})`
}

/** `told` is what this kind of run adds. */
export function pullRunJson(
  { sync, runId, kind, state, startedAt, endedAt }: PullResult,
  told: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    sync,
    run: runId,
    kind,
    state,
    ...told,
    started_at: time(startedAt),
    ended_at: time(endedAt),
  }
}
