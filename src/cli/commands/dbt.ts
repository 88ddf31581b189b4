/** `syncline dbt`: sources, models and tests of a dbt project for the tables of pulls. */
import { writeDbtFiles } from '../../app/pull/dbt-files.ts'
import { type Command, flag, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { choiceOptionsOf, chosenSyncsOf } from '../sync-choice.ts'
import { syncCommand } from '../sync-command.ts'

export const dbt: Command = {
  name: 'dbt',
  summary: 'Writes sources, models and tests for the tables of pulls into a dbt project.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptionsOf.pull,
    to: {
      type: 'string',
      description: 'The folder of the dbt project, with its dbt_project.yml.',
      value: '<folder>',
    },
    'dry-run': { type: 'boolean', description: 'Only shows which files would change.' },
    force: { type: 'boolean', description: 'Writes over files that somebody made or edited.' },
    'exit-on-changes': {
      type: 'boolean',
      description: 'Exit code 1 when a file was not as it is to be.',
    },
  },
  async run(invocation) {
    const { output, values } = invocation
    const to = text(values, 'to')
    if (to === undefined) {
      throw cliErrors.usage({
        message: 'dbt takes the folder of the dbt project as --to <folder>.',
      })
    }
    const [force, dryRun] = [flag(values, 'force'), flag(values, 'dry-run')]
    return syncCommand(invocation, {
      choose: ({ project }) => chosenSyncsOf('pull', invocation, project),
      async work(workspace, sync) {
        const files = await writeDbtFiles(workspace, sync, { to, force, dryRun })
        const changed = files.filter(({ change }) => change !== 'unchanged')
        output.line(`${sync.name} → ${to}: ${summary(files.length, changed.length, dryRun)}`)
        for (const { path, change, found } of changed) {
          output.line(`  ${change.padEnd(7)}  ${path}${found === 'ours' ? '' : ` (${found})`}`)
        }
        const isAsked = flag(values, 'exit-on-changes') && changed.length > 0
        return {
          result: { sync: sync.name, to, dry_run: dryRun, files },
          code: isAsked ? exitCode.rejected : exitCode.fine,
          error: null,
        }
      },
    })
  },
}

function summary(all: number, changed: number, dryRun: boolean): string {
  if (changed === 0) return `all ${all} files are as they are to be`
  return `${changed} of ${all} files ${dryRun ? 'would change' : 'written'}`
}
