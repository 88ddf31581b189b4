/** Use case: brings a sync's state and its baseline together again, after a person decided so. */
import { type RecoveredState, recoverState } from '../engine/recover-state.ts'
import type { PushSync } from '../model/sync.ts'
import { holdLease } from './lease-keeper.ts'
import { namingLocalCrm } from './local-crm.ts'
import { openCollaborators } from './open-collaborators.ts'
import { systemClock } from './system-clock.ts'
import type { Workspace } from './workspace.ts'

export type { RecoveredState }

/** Reads the CRM, and writes nothing to it. */
export async function recoverSync(
  workspace: Workspace,
  sync: PushSync,
  signal: AbortSignal,
): Promise<RecoveredState> {
  const ledger = await workspace.ledger()
  const lease = await holdLease(ledger, systemClock, sync.name, workspace.owner, { signal })
  try {
    const collaborators = await openCollaborators(workspace, sync, {
      readsEndAt: () => signal,
      progress: () => undefined,
    })
    return await recoverState(collaborators, lease)
  } catch (error) {
    throw namingLocalCrm(workspace.project.connections.get(sync.crm), error)
  } finally {
    await lease.release()
  }
}
