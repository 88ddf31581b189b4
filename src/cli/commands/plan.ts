/** `syncline plan`: what a push would do, field by field. Sends nothing. */
import { type Command, flag } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { pushCommand, selectionOptions } from '../push-command.ts'
import { plannedOperations, showOption, shownOperations, showPlan } from '../show-plan.ts'

export const plan: Command = {
  name: 'plan',
  summary: 'Shows what a push would do, field by field; sends nothing.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...selectionOptions,
    ...showOption,
    'exit-on-changes': {
      type: 'boolean',
      description: 'Exit code 1 when there is something to do.',
    },
  },
  run(invocation) {
    // Refuses a wrong number before anything is planned.
    shownOperations(invocation.values)
    return pushCommand(invocation, {
      kind: 'plan',
      show: (workspace, sync, report) => showPlan(invocation, workspace, sync, report),
      judge(_, report) {
        const asked = flag(invocation.values, 'exit-on-changes')
        return asked && plannedOperations(report) > 0 ? exitCode.rejected : exitCode.fine
      },
    })
  },
}
