/** The report of a push that was to deliver, as lines. */
import type { PushResult } from '../../app/push-sync.ts'
import type { PushSync } from '../../model/sync.ts'
import type { ParsedValues } from '../command.ts'
import { applyHint } from './apply-hint.ts'
import { outcomeSummary, planSummary, reasonLines, seconds } from './plan.ts'

/** A plan that a guard stopped is kept, so the lines tell how to apply it. */
export function deliveryLines(
  values: ParsedValues,
  sync: PushSync,
  report: PushResult,
): readonly string[] {
  const { runId, state } = report
  const lines = [
    `${sync.name} → ${sync.crm} ${sync.object} (run ${runId}, ${state}, ${seconds(report)})`,
    `  planned: ${planSummary(report)}`,
  ]
  if (state !== 'stopped') lines.push(`  outcome: ${outcomeSummary(report)}`)
  lines.push(...reasonLines(report))
  if (state === 'stopped') lines.push(applyHint(values, runId))
  return lines
}
