/** The report of a push that was to deliver, as lines. */
import type { PushResult } from '../../app/push/push-sync.ts'
import type { PushSync } from '../../model/sync.ts'
import { applyHint } from './apply-hint.ts'
import { breachLines } from './breaches.ts'
import { predictionLines } from './calls.ts'
import {
  heldLines,
  outcomeSummary,
  planSummary,
  reasonLines,
  remappedLines,
  seconds,
} from './plan.ts'
import { syncTitle } from './sync-title.ts'

/** `failed` tells of rows that were not delivered. A plan that a guard stopped is kept and can be applied. */
export function deliveryLines(
  sync: PushSync,
  report: PushResult,
  failed: readonly string[],
): readonly string[] {
  const { runId, state } = report
  const lines = [
    `${syncTitle(sync)} (run ${runId}, ${state}, ${seconds(report)})`,
    `  planned: ${planSummary(sync, report)}`,
    ...remappedLines(report),
    ...predictionLines(sync, report.predicted),
  ]
  if (state !== 'stopped') lines.push(`  outcome: ${outcomeSummary(report)}`)
  lines.push(...reasonLines(report), ...heldLines(report), ...failed)
  if (state === 'stopped') {
    const shown = { verb: 'stopped it', withSamples: true }
    lines.push(...breachLines(sync, report, shown), ...applyHint(runId))
  }
  return lines
}
