/**
 * `syncline adopt`: the way in from another tool. What the CRM holds already enters the baseline;
 * what differs is shown as a plan. Sends nothing, so it needs no leave to write.
 */
import { type PushResult, pushSync } from '../../app/push/push-sync.ts'
import type { Workspace } from '../../app/workspace/workspace.ts'
import type { PushSync } from '../../model/sync.ts'
import type { Command, Invocation } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import type { Result } from '../output.ts'
import { pushCommand, pushRequest, selectionOptions } from '../push-command.ts'
import { count, reasonLines, seconds } from '../render/plan.ts'
import { reportJson } from '../render/report-json.ts'
import { plannedOperations, showOption, shownOperations, showPlan } from '../show-plan.ts'
import { syncTitle } from '../render/sync-title.ts'

export const adopt: Command = {
  name: 'adopt',
  summary: 'Fills the baseline from the CRM and shows what differs; sends nothing.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: { ...selectionOptions, ...showOption },
  async run(invocation) {
    shownOperations(invocation.values)
    return pushCommand(invocation, {
      kind: 'adopt',
      show: (workspace, sync, report) => showAdopted(invocation, workspace, sync, report),
      judge: () => exitCode.fine,
    })
  },
}

/** An adoption keeps no plan, so that what is left to do is planned anew: and that can be applied. */
async function showAdopted(
  invocation: Invocation,
  workspace: Workspace,
  sync: PushSync,
  report: PushResult,
): Promise<Result> {
  const { output } = invocation
  const { runId, outcomes } = report
  const differing = plannedOperations(report)
  output.line(`${syncTitle(sync)} (adopt ${runId}, ${report.state}, ${seconds(report)})`)
  output.line(
    `  ${count(outcomes.unchanged)} rows are as they should be: found so, or confirmed before`,
  )
  for (const line of reasonLines(report)) output.line(line)
  output.line(`  ${count(differing)} differ or are missing there; nothing was sent`)
  if (differing === 0) return { differing, plan: null }
  const plan = await pushSync(workspace, sync, pushRequest(invocation, sync, 'plan'))
  const more = await showPlan(invocation, workspace, sync, plan)
  return { differing, plan: { ...reportJson(plan), ...more } }
}
