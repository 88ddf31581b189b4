/** `syncline erase`: removes a person from everything that Syncline keeps. */
import { type Erasure, erasePerson, type Person, unsearchedSyncs } from '../../app/erase-person.ts'
import { selectSyncsOf } from '../../app/select-syncs.ts'
import { isOf } from '../../model/sync.ts'
import { type Command, type Invocation, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { count } from '../render/plan.ts'
import { progressLine, progressStep } from '../render/progress.ts'
import { syncCommand } from '../sync-command.ts'

export const erase: Command = {
  name: 'erase',
  summary: 'Removes a person from baselines, plans, before-images, failures and state.',
  arguments: '[match value]',
  mostArguments: 1,
  options: {
    key: {
      type: 'string',
      description: 'Instead of a match value: the key of the row in the model of --sync.',
      value: '<key>',
    },
    sync: {
      type: 'string',
      description: 'Only in this push; default every push of the project.',
      value: '<name>',
    },
  },
  async run(invocation) {
    const { output, values } = invocation
    const person = meant(invocation)
    const name = text(values, 'sync')
    const code = await syncCommand(invocation, {
      choose: ({ project }) =>
        name === undefined
          ? project.syncs.filter((sync) => isOf('push', sync))
          : selectSyncsOf('push', project, { names: [name], all: false }),
      async work(workspace, sync) {
        const erasure = await erasePerson(workspace, sync, person, (event) =>
          output.progress(progressLine(sync.name, event), progressStep(sync.name, event)),
        )
        output.line(erasureLine(erasure))
        return { result: { ...erasure }, code: exitCode.fine }
      },
      missed: async (workspace) => (name === undefined ? unsearchedSyncs(workspace) : []),
    })
    output.line('The CRM and your own tables were not touched: while a model still gives the row,')
    output.line('the next run takes it for a new one.')
    return code
  },
}

function meant({ values, positionals }: Invocation): Person {
  const [matchValue] = positionals
  const key = text(values, 'key')
  if ((matchValue === undefined) === (key === undefined)) {
    throw cliErrors.usage({ message: 'erase takes either a match value or --key.' })
  }
  if (matchValue !== undefined && matchValue.trim() !== '') return { matchValue }
  if (key !== undefined && text(values, 'sync') !== undefined) return { key }
  throw cliErrors.usage({
    message:
      key === undefined
        ? 'The match value is empty.'
        : 'erase --key also takes the --sync it is of.',
  })
}

function erasureLine({ sync, baseline, held, operations, messages }: Erasure): string {
  if (baseline + held + operations + messages === 0) return `${sync}: nothing was kept`
  const parts = [
    `${count(baseline)} in the baseline`,
    `${count(held)} held back`,
    `${count(operations)} operations`,
    `${count(messages)} messages`,
  ]
  return `${sync}: erased ${parts.join(', ')}`
}
