/** Use case: removes a person from everything that one sync keeps, here and in the warehouse. */
import { erase, type Erasure, type Person } from '../engine/erase.ts'
import type { Progress } from '../engine/progress.ts'
import type { PushSync } from '../model/sync.ts'
import { followRename } from './follow-rename.ts'
import { holdLease } from './lease-keeper.ts'
import { namingLocalCrm } from './local-crm.ts'
import { openCollaborators } from './open-collaborators.ts'
import { systemClock } from './system-clock.ts'
import type { Workspace } from './workspace.ts'

export type { Erasure, Person }

/** Asks the CRM only where a run was cut off, to find out what became of its requests. */
export async function erasePerson(
  workspace: Workspace,
  sync: PushSync,
  person: Person,
  progress: (event: Progress) => void,
): Promise<Erasure> {
  const ledger = await workspace.ledger()
  await followRename(workspace, sync)
  const lease = await holdLease(ledger, systemClock, sync.name, workspace.owner)
  try {
    const options = { readsEndAt: () => null, progress }
    return await erase(await openCollaborators(workspace, sync, options), lease, person)
  } catch (error) {
    throw namingLocalCrm(workspace.project.connections.get(sync.crm), error)
  } finally {
    await lease.release()
  }
}
