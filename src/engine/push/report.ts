/** A run's row in the working schema, for alerting in the warehouse; and what is too old to keep. */
import { forgetValues } from '../../core/sql/retention.ts'
import { putRun } from '../../core/sql/run-rows.ts'
import type { RunKind } from '../../model/run.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { callsMade } from './deliver/calls.ts'
import { instant } from '../instant.ts'
import type { RunContext } from '../context.ts'
import type { PushReport } from './push-report.ts'

const dayMs = 86_400_000

export async function recordRun(
  context: RunContext,
  session: Session,
  kind: RunKind,
  report: PushReport,
): Promise<void> {
  const { dialect, shared } = context
  const row = {
    run_id: report.runId,
    sync: report.sync,
    kind,
    state: report.state,
    started_at: instant(report.startedAt),
    ended_at: instant(report.endedAt),
    ...report.outcomes,
    calls: callsMade(context),
  }
  const kept = context.clock.now() - context.retentionDays * dayMs
  await session.execute([
    forgetValues(dialect, shared, report.sync, instant(kept)),
    ...putRun(dialect, shared, row),
  ])
}
