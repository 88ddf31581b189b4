/** `syncline apply`: delivers exactly the plan that a person reviewed, or nothing. */
import { pushOfRun } from '../../app/push/push-of-run.ts'
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { judgeDelivery, pushCommand, showDelivery, showFailedOption } from '../push-command.ts'

export const apply: Command = {
  name: 'apply',
  summary: 'Delivers exactly the plan that was reviewed; refused if the world moved since.',
  arguments: '<run>',
  mostArguments: 1,
  options: showFailedOption,
  async run(invocation) {
    const [plan] = invocation.positionals
    if (plan === undefined) throw cliErrors.usage({ message: 'apply takes the id of a plan.' })
    return pushCommand(invocation, {
      kind: 'apply',
      plan,
      choose: (workspace) => pushOfRun(workspace, plan),
      show: showDelivery(invocation),
      judge: judgeDelivery,
    })
  },
}
