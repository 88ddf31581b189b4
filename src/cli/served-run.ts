/** What `serve` runs: the same work as `syncline run`, told in the same words and the same JSON. */
import { selectSyncs } from '../app/workspace/select-syncs.ts'
import { withinGrace } from '../app/run/stop-watch.ts'
import type { RunSync } from '../app/serve/sync-runs.ts'
import { isWaiting } from '../app/waits.ts'
import { SynclineError } from '../model/error.ts'
import type { Invocation } from './command.ts'
import { exitCodeOf } from './exit-code.ts'
import { errorJson } from './render/error.ts'
import { runWork } from './run-work.ts'
import { tellError, workOn } from './sync-command.ts'

/** What the runs say on their way goes where the notes of `serve` go. */
export function servedRun(invocation: Invocation): RunSync {
  return async (workspace, { name, admit, loader, signal, isScheduled = false, ...wish }) => {
    const output = invocation.output.aside()
    try {
      const [sync] = selectSyncs(workspace.project, { names: [name], all: false })
      if (sync === undefined) throw new Error('a name that was accepted chose no sync')
      // As `syncline run <sync>` without an option.
      const command = { ...invocation, values: {}, positionals: [], output, signal }
      const work = runWork(command, { ...wish, loaderOf: () => loader })
      const tell = (error: unknown): void => {
        if (!isScheduled || !isWaiting(error)) tellError(output, error)
      }
      const { result, code, error } = await workOn(workspace, sync, tell, (...both) => {
        admit()
        // A run that waits for somebody else's load has no time limit of its own.
        return withinGrace(signal, work(...both))
      })
      return {
        exitCode: code,
        errorCode: codeOf(error),
        isCancelled: result['state'] === 'cancelled',
        document: output.document({ syncs: [result] }),
      }
    } catch (error) {
      tellError(output, error)
      const document = output.document({ error: errorJson(error) })
      return { exitCode: exitCodeOf(error), errorCode: codeOf(error), isCancelled: false, document }
    }
  }
}

function codeOf(error: unknown): string | null {
  if (error === null) return null
  return error instanceof SynclineError ? error.code : 'bug'
}
