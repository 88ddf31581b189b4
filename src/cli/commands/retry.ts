/** `syncline retry`: looks again at what earlier runs held back or withheld. */
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import {
  judgeDelivery,
  pushCommand,
  selectionOptions,
  showDelivery,
  showFailedOption,
} from '../push-command.ts'

export const retry: Command = {
  name: 'retry',
  summary: 'Runs a sync with its held rows and withheld fields released, or those of one key.',
  arguments: '<sync>',
  mostArguments: 1,
  options: { key: selectionOptions.key, ...showFailedOption },
  async run(invocation) {
    if (invocation.positionals.length === 0) {
      throw cliErrors.usage({ message: 'retry takes the name of a sync.' })
    }
    return pushCommand(invocation, {
      kind: 'retry',
      show: showDelivery(invocation),
      judge: judgeDelivery,
    })
  },
}
