/** `syncline state backup`: a consistent copy of the state, by the database's own means. */
import { resolve } from 'node:path'
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { didYouMean } from '../parse-arguments.ts'
import { withWorkspace } from '../project.ts'

const actions = ['backup'] as const

export const state: Command = {
  name: 'state',
  summary: 'backup <file>: copies the state, also while runs are active.',
  arguments: '<action> <file>',
  mostArguments: 2,
  options: {},
  run(invocation) {
    const { output, positionals, directory } = invocation
    const [action, target] = positionals
    if (!actions.some((known) => known === action)) {
      throw cliErrors.usage({
        message:
          action === undefined
            ? `state takes an action: ${actions.join(', ')}.`
            : `There is no action ${action}${didYouMean(action, actions)}`,
      })
    }
    if (target === undefined) {
      throw cliErrors.usage({ message: 'state backup takes the file to copy to.' })
    }
    return withWorkspace(invocation, async (workspace) => {
      const { kind } = workspace.project.state
      // In PostgreSQL a copy is a schema beside the original, and has a name rather than a path.
      const place = kind === 'sqlite' ? resolve(directory, target) : target
      await (await workspace.ledger()).backup(place)
      output.line(`the state is copied to ${place}`)
      output.result({ backup: place })
      return exitCode.fine
    })
  },
}
