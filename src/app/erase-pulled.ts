/** Use case: removes records of a person from what one pull keeps, and keeps them out. Asks no CRM. */
import {
  eraseRecords,
  type ErasedObject,
  notReached,
  type PulledPerson,
  type PullErasure,
} from '../engine/pull/erase-records.ts'
import type { PullSync } from '../model/sync.ts'
import { holdLease } from './lease-keeper.ts'
import { refuseUnwritable } from './pull-sync.ts'
import { refuseUnpulled } from './pulled-object.ts'
import { newRunId } from './run-id.ts'
import { systemClock } from './system-clock.ts'
import type { Workspace } from './workspace.ts'

export { type ErasedObject, notReached, type PulledPerson, type PullErasure }

/** Of a paused sync, too. Objects that it does not pull any more are searched like the others. */
export async function erasePulled(
  workspace: Workspace,
  sync: PullSync,
  person: PulledPerson,
  signal: AbortSignal,
): Promise<PullErasure> {
  refuseUnwritable(workspace, sync)
  const { source } = await workspace.source(sync.crm)
  const names = source.objects.map(({ name }) => name)
  if ('id' in person) refuseUnpulled({ ...sync, objects: names }, [person.object])
  const ledger = await workspace.ledger()
  const collaborators = {
    sync,
    ledger,
    warehouse: await workspace.warehouse(sync.warehouse),
    workingSchema: workspace.project.workingSchema,
    clock: systemClock,
    random: Math.random,
    progress: () => undefined,
  }
  const lease = await holdLease(ledger, systemClock, sync.name, workspace.owner)
  try {
    const runId = newRunId(systemClock.now(), Math.random)
    const options = { runId, kind: 'run', signal } as const
    return await eraseRecords(collaborators, lease, options, { person, objects: source.objects })
  } finally {
    await lease.release()
  }
}
