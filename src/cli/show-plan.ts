/** A stored plan for people: its first operations field by field, its totals, and how to apply it. */
import { failedRows } from '../app/push/failed-rows.ts'
import type { PushResult } from '../app/push/push-sync.ts'
import { viewPlan } from '../app/push/plan-view.ts'
import type { Workspace } from '../app/workspace/workspace.ts'
import type { PushSync } from '../model/sync.ts'
import { type Invocation, number, type OptionDeclarations, type ParsedValues } from './command.ts'
import type { Result } from './output.ts'
import { applyHint } from './render/apply-hint.ts'
import { breachLines } from './render/breaches.ts'
import { failedRowLines, failedRowsJson } from './render/failed-rows.ts'
import { predictionLines } from './render/calls.ts'
import {
  count,
  heldLines,
  operationLines,
  planSummary,
  reasonLines,
  remappedLines,
  seconds,
} from './render/plan.ts'
import { syncTitle } from './render/sync-title.ts'

const shownByDefault = 20

export const showOption = {
  show: {
    type: 'string',
    description: `Operations, and rejected rows, to show; default ${shownByDefault}.`,
    value: '<n>',
  },
} as const satisfies OptionDeclarations

/** How many operations the command line asks to see. */
export function shownOperations(values: ParsedValues): number {
  return number(values, 'show') ?? shownByDefault
}

/** Gives what the JSON tells beyond the report. */
export async function showPlan(
  { output, values }: Invocation,
  workspace: Workspace,
  sync: PushSync,
  report: PushResult,
): Promise<Result> {
  const limit = shownOperations(values)
  const rows = await viewPlan(workspace, sync, report.runId, { operationsOnly: true, limit })
  output.line(`${syncTitle(sync)} (plan ${report.runId}, ${seconds(report)})`)
  for (const row of rows) for (const line of operationLines(sync, row)) output.line(line)
  const operations = plannedOperations(report)
  if (operations > rows.length) {
    output.line(`  … and ${count(operations - rows.length)} more (--show)`)
  }
  output.line(`  ${planSummary(sync, report)}`)
  const failed = await failedRows(workspace, sync, report, limit)
  for (const line of [
    ...remappedLines(report),
    ...predictionLines(sync, report.predicted),
    ...reasonLines(report),
    ...heldLines(report),
    ...failedRowLines(sync, failed),
    ...breachLines(sync, report, {
      verb: 'would stop it',
      withSamples: operations > rows.length,
    }),
  ]) {
    output.line(line)
  }
  if (operations > 0) for (const line of applyHint(report.runId)) output.line(line)
  return failedRowsJson(failed)
}

export function plannedOperations({ planned }: PushResult): number {
  return planned.creates + planned.updates + planned.deletes
}
