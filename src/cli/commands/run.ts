/** `syncline run`: plans, guards, delivers, confirms. Resumes what a killed run left. */
import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { pushCommand, selectionOptions } from '../push-command.ts'
import { outcomeSummary, planSummary, reasonLines, seconds } from '../render/plan.ts'

export const run: Command = {
  name: 'run',
  summary: 'Runs syncs: plans, guards, delivers and confirms.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...selectionOptions,
    first: { type: 'boolean', description: 'Lets a sync without baseline write.' },
    limit: {
      type: 'string',
      description: 'At most so many due rows, the first by key.',
      value: '<n>',
    },
    force: { type: 'boolean', description: 'Lets a plan through that guards would stop.' },
  },
  run(invocation) {
    const { output } = invocation
    return pushCommand(invocation, {
      kind: 'run',
      async show(_, sync, report) {
        output.line(
          `${sync.name} → ${sync.crm} ${sync.object} (run ${report.runId}, ${report.state}, ${seconds(report)})`,
        )
        output.line(`  planned: ${planSummary(report)}`)
        if (report.state !== 'stopped') output.line(`  outcome: ${outcomeSummary(report)}`)
        for (const line of reasonLines(report)) output.line(line)
      },
      judge(sync, report) {
        const fresh = report.outcomes.rejected - report.heldRejected
        return fresh > sync.guards.failOnRejected ? exitCode.rejected : exitCode.fine
      },
    })
  },
}
