/** A stored plan for people: its first operations field by field, its totals, and how to apply it. */
import type { PushResult } from '../app/push-sync.ts'
import { viewPlan } from '../app/plan-view.ts'
import type { Workspace } from '../app/workspace.ts'
import type { PushSync } from '../model/sync.ts'
import { type Invocation, number, type OptionDeclarations, type ParsedValues } from './command.ts'
import { applyHint } from './render/apply-hint.ts'
import { count, operationLines, planSummary, reasonLines, seconds } from './render/plan.ts'

const shownByDefault = 20

export const showOption = {
  show: {
    type: 'string',
    description: `Operations to show; default ${shownByDefault}.`,
    value: '<n>',
  },
} as const satisfies OptionDeclarations

/** How many operations the command line asks to see. */
export function shownOperations(values: ParsedValues): number {
  return number(values, 'show') ?? shownByDefault
}

export async function showPlan(
  { output, values }: Invocation,
  workspace: Workspace,
  sync: PushSync,
  report: PushResult,
): Promise<void> {
  const limit = shownOperations(values)
  const rows = await viewPlan(workspace, sync, report.runId, { operationsOnly: true, limit })
  output.line(
    `${sync.name} → ${sync.crm} ${sync.object} (plan ${report.runId}, ${seconds(report)})`,
  )
  for (const row of rows) for (const line of operationLines(row)) output.line(line)
  const operations = plannedOperations(report)
  if (operations > rows.length) {
    output.line(`  … and ${count(operations - rows.length)} more (--show)`)
  }
  output.line(`  ${planSummary(report)}`)
  for (const line of reasonLines(report)) output.line(line)
  for (const { guard, planned, allowed } of report.breaches) {
    output.line(
      `  guard ${guard} would stop it: ${count(planned)} planned, ${count(allowed)} allowed`,
    )
  }
  if (operations > 0) output.line(applyHint(values, report.runId))
}

export function plannedOperations({ planned }: PushResult): number {
  return planned.creates + planned.updates + planned.deletes
}
