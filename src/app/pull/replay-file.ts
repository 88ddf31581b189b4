/** Use case: a file of changes becomes history. It asks no CRM for anything. */
import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import { replay } from '../../engine/pull/events/replay.ts'
import type { PullSync } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import { linesOfFile } from './lines-of-file.ts'
import { loadCollaborators } from './load-collaborators.ts'
import { betweenLoads, type Progress, type PullResult, refuseToStart } from './pull-sync.ts'
import { runUnderLease } from '../run/run-under-lease.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface ReplayRequest {
  /** Relative to where the command was given. */
  readonly file: string
  readonly signal: AbortSignal
  readonly progress: (event: Progress) => void
}

/** Throws `app.stopped` where `signal` ended it, `app.unreadable_file` and `pull.change_file`. */
export async function replayFile(
  workspace: Workspace,
  sync: PullSync,
  { file, signal, progress }: ReplayRequest,
): Promise<PullResult> {
  await refuseToStart(workspace, sync, { dryRun: false })
  const path = resolve(file)
  await refuseUnreadable(path, file)
  const { source } = await workspace.source(sync.crm)
  const collaborators = await loadCollaborators(workspace, sync, progress)
  return runUnderLease(workspace, sync, { ...betweenLoads, signal, progress }, async (held) => {
    const options = { runId: held.runId, kind: 'replay', signal: held.signal } as const
    const from = { file: { name: file, lines: linesOfFile(path) }, objects: source.objects }
    return { ...(await replay(collaborators, held.lease, options, from)), calls: [] }
  })
}

async function refuseUnreadable(path: string, file: string): Promise<void> {
  try {
    await access(path, constants.R_OK)
  } catch (cause) {
    throw appErrors.unreadable_file({ message: `The file ${file} can not be read.`, cause })
  }
}
