/** `syncline run`: plans, guards, delivers, confirms. Resumes what a killed run left. */
import type { Command } from '../command.ts'
import {
  judgeDelivery,
  pushCommand,
  selectionOptions,
  showDelivery,
  showFailedOption,
} from '../push-command.ts'

export const run: Command = {
  name: 'run',
  summary: 'Runs syncs: plans, guards, delivers and confirms.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...selectionOptions,
    ...showFailedOption,
    first: { type: 'boolean', description: 'Lets a sync without baseline write.' },
    limit: {
      type: 'string',
      description: 'At most so many due rows, the first by key.',
      value: '<n>',
    },
    force: { type: 'boolean', description: 'Lets a plan through that guards would stop.' },
    'give-up-jobs': {
      type: 'boolean',
      description: 'Ends jobs in the CRM that earlier runs left, instead of waiting for them.',
    },
  },
  run: async (invocation) =>
    pushCommand(invocation, {
      kind: 'run',
      show: showDelivery(invocation),
      judge: judgeDelivery,
    }),
}
