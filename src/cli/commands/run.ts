/** `syncline run`: plans, guards, delivers, confirms; or reads, compares and loads. Resumes what a killed run left. */
import { EventLoader, type Loader } from '../../app/pull/event-loader.ts'
import type { Workspace } from '../../app/workspace/workspace.ts'
import type { Sync } from '../../model/sync.ts'
import type { Command, Invocation } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { objectOption } from '../pull-command.ts'
import { selectionOptions, showFailedOption } from '../push-command.ts'
import { runWork } from '../run-work.ts'
import { keepHeapSmall } from '../small-heap.ts'
import { choiceOptions, chosenSyncs } from '../sync-choice.ts'
import { syncCommand } from '../sync-command.ts'

/** What it says of one push: of a pull it would mean nothing. */
const pushOptions = {
  key: { ...selectionOptions.key, description: 'Of a push, only the row with this key.' },
  first: { type: 'boolean', description: 'Lets a push without baseline write.' },
  limit: {
    type: 'string',
    description: 'Of a push, at most so many due rows, the first by key.',
    value: '<n>',
  },
  'give-up-jobs': {
    type: 'boolean',
    description: 'Ends jobs in the CRM that earlier pushes left, instead of waiting for them.',
  },
} as const

export const run: Command = {
  name: 'run',
  summary: 'Runs syncs: a push plans, guards, delivers and confirms; a pull reads and loads.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptions,
    ...pushOptions,
    show: {
      ...showFailedOption.show,
      description: 'Rows that were not delivered, or records not deleted, to show; default 5.',
    },
    ...objectOption,
    force: { type: 'boolean', description: 'Lets through what guards would stop.' },
  },
  async run(invocation) {
    const work = runWork(invocation, { loaderOf: oneLoader(invocation) })
    const endKeeping = keepHeapSmall()
    return syncCommand(invocation, {
      choose: ({ project }) => {
        const syncs = chosenSyncs(invocation, project)
        refuseOptionsOfOthers(invocation, syncs)
        return syncs
      },
      work,
    }).finally(endKeeping)
  },
}

/** For all pulls of a command: what each of them has is known, and dropped when all have it. */
function oneLoader({ signal }: Invocation): (workspace: Workspace) => Loader {
  let loader: Loader | null = null
  return (workspace) => {
    loader ??= new EventLoader(workspace, signal)
    return loader
  }
}

/** Before anything runs: an option that is quietly left out for one sync is worse than an error. */
function refuseOptionsOfOthers({ values }: Invocation, syncs: readonly Sync[]): void {
  const given = Object.keys(values)
  for (const { type, name } of syncs) {
    const others = Object.keys(type === 'push' ? objectOption : pushOptions)
    const option = others.find((one) => given.includes(one))
    if (option === undefined) continue
    const [mine, other] = type === 'push' ? ['push', 'pulls'] : ['pull', 'pushes']
    throw cliErrors.usage({
      message: `--${option} is for ${other} only, and the sync ${name} is a ${mine}.`,
      remedy: 'Leave the option out, or name only syncs that take it.',
    })
  }
}
