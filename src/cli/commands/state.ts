/** `syncline state`: a copy of the state, and the way back when it and the warehouse disagree. */
import { resolve } from 'node:path'
import { backupState } from '../../app/status/backup-state.ts'
import { recoverPulled, recoverSync } from '../../app/push/recover-state.ts'
import { type Command, flag, type Invocation } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { didYouMean } from '../parse-arguments.ts'
import { withWorkspace } from '../project.ts'
import {
  recoveredJson,
  recoveredLines,
  recoveredPullJson,
  recoveredPullLines,
} from '../render/recovered.ts'
import { choiceOptions, chosenSyncs } from '../sync-choice.ts'
import { syncCommand } from '../sync-command.ts'

const actions = { backup, recover } as const

export const state: Command = {
  name: 'state',
  summary: 'backup <file>: copies the state; recover [sync…]: rejoins a lost or restored one.',
  arguments: '<action> [file | sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptions,
    'erased-again': {
      type: 'boolean',
      description:
        'Of recover: everybody is erased again whom a lost or restored warehouse had forgotten to be erased.',
    },
  },
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
    const { journal } = await backupState(workspace, place)
    output.line(`the state is copied to ${place}`)
    if (journal !== null) output.line(`what waits in its journal is copied to ${journal}`)
    output.result({ backup: place, journal })
    return exitCode.fine
  })
}

/** What follows from what was lost is for the next runs. Nothing is sent here. */
async function recover(invocation: Invocation): Promise<number> {
  const { output, signal, values } = invocation
  const request = { erasedAgain: flag(values, 'erased-again'), signal }
  return syncCommand(invocation, {
    choose: ({ project }) => chosenSyncs(invocation, project),
    async work(workspace, sync) {
      if (sync.type === 'pull') {
        const recovered = await recoverPulled(workspace, sync, request)
        for (const line of recoveredPullLines(recovered)) output.line(line)
        return { result: recoveredPullJson(recovered), code: exitCode.fine, error: null }
      }
      const recovered = await recoverSync(workspace, sync, request)
      for (const line of recoveredLines(recovered)) output.line(line)
      return { result: recoveredJson(recovered), code: exitCode.fine, error: null }
    },
  })
}
