/** Use case: removes records of a person from what one pull keeps, and keeps them out. Asks no CRM. */
import {
  eraseRecords,
  type ErasedObject,
  notReached,
  type PulledPerson,
  type PullErasure,
} from '../engine/pull/erase-records.ts'
import type { PullSync } from '../model/sync.ts'
import { loadCollaborators } from './load-collaborators.ts'
import { betweenLoads, type Progress, refuseUnwritable } from './pull-sync.ts'
import { refuseUnpulled } from './pulled-object.ts'
import { runUnderLease } from './run-under-lease.ts'
import type { Workspace } from './workspace.ts'

export { type ErasedObject, notReached, type PulledPerson, type PullErasure }

export interface PullErasureRequest {
  readonly person: PulledPerson
  readonly signal: AbortSignal
  readonly progress: (event: Progress) => void
}

/** Of a paused sync, too. Objects that it does not pull any more are searched like the others. */
export async function erasePulled(
  workspace: Workspace,
  sync: PullSync,
  { person, signal, progress }: PullErasureRequest,
): Promise<PullErasure> {
  refuseUnwritable(workspace, sync)
  const { source } = await workspace.source(sync.crm)
  const { objects } = source
  const names = objects.map(({ name }) => name)
  if ('id' in person) refuseUnpulled({ ...sync, objects: names }, [person.object])
  const collaborators = await loadCollaborators(workspace, sync, progress)
  return runUnderLease(workspace, sync, { ...betweenLoads, signal, progress }, (held) => {
    const options = { runId: held.runId, kind: 'run', signal: held.signal } as const
    return eraseRecords(collaborators, held.lease, options, { person, objects })
  })
}
