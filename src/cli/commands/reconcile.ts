/** `syncline reconcile`: reads everything that a pull is of, and tells where its tables had drifted away from it. */
import { type Command, flag } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { objectOption, pullWork, showWithheldOption } from '../pull-command.ts'
import { drifted } from '../render/pull.ts'
import { choiceOptionsOf, chosenSyncsOf } from '../sync-choice.ts'
import { syncCommand } from '../sync-command.ts'

export const reconcile: Command = {
  name: 'reconcile',
  summary: 'Reads all of a pulled CRM, corrects its tables, and shows where they had drifted.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptionsOf.pull,
    ...objectOption,
    ...showWithheldOption,
    'dry-run': { type: 'boolean', description: 'Only shows what differs; writes nothing.' },
    force: { type: 'boolean', description: 'Lets deletes through that a guard would withhold.' },
    'exit-on-changes': { type: 'boolean', description: 'Exit code 1 when something differed.' },
  },
  async run(invocation) {
    const isAsked = flag(invocation.values, 'exit-on-changes')
    return syncCommand(invocation, {
      choose: ({ project }) => chosenSyncsOf('pull', invocation, project),
      work: pullWork(invocation, {
        kind: 'reconcile',
        selection: null,
        loaderOf: null,
        judge: (report) => (isAsked && drifted(report) > 0 ? exitCode.rejected : exitCode.fine),
      }),
    })
  },
}
