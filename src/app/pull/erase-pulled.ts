/** Use case: removes records of a person from what one pull keeps and from what waits for it, and keeps them out. Asks no CRM. */
import {
  eraseRecords,
  type ErasedObject,
  notReached,
  type PulledPerson,
  type PullErasure,
} from '../../engine/pull/erase/erase-records.ts'
import type { Inbox } from '../../engine/pull/erase/waiting-events.ts'
import { isOf, type PullSync } from '../../model/sync.ts'
import { loadCollaborators } from './load-collaborators.ts'
import { betweenLoads, type Progress, refuseUnwritable } from './pull-sync.ts'
import { refuseUnpulled } from './pulled-object.ts'
import { runUnderLease } from '../run/run-under-lease.ts'
import type { Workspace } from '../workspace/workspace.ts'

export { type ErasedObject, notReached, type PulledPerson, type PullErasure }

export interface PullErasureRequest {
  readonly person: PulledPerson
  /** Counts what would go, and removes nothing. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly progress: (event: Progress) => void
}

/** Of a paused sync, too. Objects that it does not pull any more are searched like the others. */
export async function erasePulled(
  workspace: Workspace,
  sync: PullSync,
  { person, dryRun, signal, progress }: PullErasureRequest,
): Promise<PullErasure> {
  refuseUnwritable(workspace, sync)
  const { source } = await workspace.source(sync.crm)
  const { objects, events } = source
  const names = objects.map(({ name }) => name)
  if ('id' in person) refuseUnpulled({ ...sync, objects: names }, [person.object])
  const [collaborators, journal, others] = await Promise.all([
    loadCollaborators(workspace, sync, progress),
    workspace.journal(),
    otherPulls(workspace, sync),
  ])
  const inbox = { journal, events, others }
  return runUnderLease(workspace, sync, { ...betweenLoads, signal, progress }, (held) => {
    const options = { runId: held.runId, kind: 'run', signal: held.signal } as const
    return eraseRecords(collaborators, held.lease, options, { person, objects, inbox, dryRun })
  })
}

/** A connection has one inbox, whatever pulls take from it. */
function otherPulls(workspace: Workspace, sync: PullSync): Promise<Inbox['others']> {
  const others = workspace.project.syncs.filter((other): other is PullSync => {
    return isOf('pull', other) && other.crm === sync.crm && other.name !== sync.name
  })
  return Promise.all(
    others.map(async (other) => ({
      sync: other,
      warehouse: await workspace.warehouse(other.warehouse),
    })),
  )
}
