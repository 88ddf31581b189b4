/** `syncline plan`: what a push would do, field by field. Sends nothing. */
import { viewPlan } from '../../app/plan-view.ts'
import { type Command, flag, number } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { pushCommand, selectionOptions } from '../push-command.ts'
import { count, operationLines, planSummary, reasonLines, seconds } from '../render/plan.ts'

const shownByDefault = 20

export const plan: Command = {
  name: 'plan',
  summary: 'Shows what a push would do, field by field; sends nothing.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...selectionOptions,
    show: {
      type: 'string',
      description: `Operations to show; default ${shownByDefault}.`,
      value: '<n>',
    },
    'exit-on-changes': {
      type: 'boolean',
      description: 'Exit code 1 when there is something to do.',
    },
  },
  run(invocation) {
    const { output, values } = invocation
    const limit = number(values, 'show') ?? shownByDefault
    return pushCommand(invocation, {
      kind: 'plan',
      async show(workspace, sync, report) {
        const rows = await viewPlan(workspace, sync, report.runId, { operationsOnly: true, limit })
        output.line(
          `${sync.name} → ${sync.crm} ${sync.object} (plan ${report.runId}, ${seconds(report)})`,
        )
        for (const row of rows) for (const line of operationLines(row)) output.line(line)
        const operations = report.planned.creates + report.planned.updates + report.planned.deletes
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
      },
      judge(_, { planned }) {
        const operations = planned.creates + planned.updates + planned.deletes
        return flag(values, 'exit-on-changes') && operations > 0 ? exitCode.rejected : exitCode.fine
      },
    })
  },
}
