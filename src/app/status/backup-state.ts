/** Use case: copies the state, and with it what was received and is in no warehouse yet. */
import { existsSync } from 'node:fs'
import { journalErrors } from '../../journal/errors.ts'
import { isOf } from '../../model/sync.ts'
import { journalFileOf } from '../workspace/journal-location.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface StateBackup {
  readonly state: string
  /** Null where no sync pulls, so that nothing waits for any. */
  readonly journal: string | null
}

/**
 * `target` is a file, or with the state in PostgreSQL a schema. Both are copied by their databases' own means, while others write.
 * The journal comes second: what the copy of the state says was received is in the journal's copy, or was loaded by then.
 */
export async function backupState(workspace: Workspace, target: string): Promise<StateBackup> {
  const { badSyncs, state, syncs } = workspace.project
  const mayPull = badSyncs.length > 0 || syncs.some((sync) => isOf('pull', sync))
  const place = state.kind === 'sqlite' ? journalFileOf(target) : target
  if (mayPull && state.kind === 'sqlite' && existsSync(place)) {
    throw journalErrors.backup_exists({ message: `${place} exists already.` })
  }
  await (await workspace.ledger()).backup(target)
  if (!mayPull) return { state: target, journal: null }
  await (await workspace.journal()).backup(place)
  return { state: target, journal: place }
}
