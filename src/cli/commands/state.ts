/** `syncline state`: a copy of the state, and the way back when it and the warehouse disagree. */
import { resolve } from 'node:path'
import { recoverSync } from '../../app/recover-state.ts'
import type { Command, Invocation } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { didYouMean } from '../parse-arguments.ts'
import { withWorkspace } from '../project.ts'
import { choiceOptionsOf, chosenSyncsOf } from '../sync-choice.ts'
import { syncCommand } from '../sync-command.ts'

const actions = { backup, recover } as const

export const state: Command = {
  name: 'state',
  summary: 'backup <file>: copies the state; recover [sync…]: rejoins a lost or restored one.',
  arguments: '<action> [file | sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: choiceOptionsOf.push,
  run(invocation) {
    const [action, ...positionals] = invocation.positionals
    if (action === 'backup' || action === 'recover') {
      return actions[action]({ ...invocation, positionals })
    }
    const known = Object.keys(actions)
    throw cliErrors.usage({
      message:
        action === undefined
          ? `state takes an action: ${known.join(', ')}.`
          : `There is no action ${action}${didYouMean(action, known)}`,
    })
  },
}

/** Also while runs are active: the database's own means make the copy. */
async function backup(invocation: Invocation): Promise<number> {
  const { output, positionals, directory } = invocation
  const [target] = positionals
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
}

/** The CRM is read; records that are not as the baseline says are for the next plan. Nothing is sent here. */
async function recover(invocation: Invocation): Promise<number> {
  const { output, signal } = invocation
  return syncCommand(invocation, {
    choose: ({ project }) => chosenSyncsOf('push', invocation, project),
    async work(workspace, sync) {
      const recovered = await recoverSync(workspace, sync, signal)
      const { runs, operations, drifted } = recovered
      output.line(`${sync.name}: state and baseline belong together again`)
      if (runs > 0) {
        output.line(
          `  ${runs} unfinished ${runs === 1 ? 'run was' : 'runs were'} given up, ${operations} operations will be looked up by the next plan`,
        )
      }
      if (drifted > 0) {
        output.line(
          `  ${drifted} ${drifted === 1 ? 'record is' : 'records are'} not as the baseline says; the next plan is about ${drifted === 1 ? 'it' : 'them'}`,
        )
      }
      return { result: { ...recovered }, code: exitCode.fine, error: null }
    },
  })
}
