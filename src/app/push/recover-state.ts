/** Use cases: bring the state and what a sync keeps in the warehouse together again, after a person decided so. */
import { type RecoveredState, recoverState } from '../../engine/push/recover-state.ts'
import { type RecoveredPull, recoverPull } from '../../engine/pull/recover-pull.ts'
import type { RecoverOptions } from '../../engine/settle-erasures.ts'
import type { PullSync, PushSync } from '../../model/sync.ts'
import { holdSync } from '../run/follow-rename.ts'
import { loadCollaborators } from '../pull/load-collaborators.ts'
import { namingLocalCrm } from '../local/local-crm.ts'
import { openCollaborators } from './open-collaborators.ts'
import { betweenLoads, refuseUnwritable } from '../pull/pull-sync.ts'
import { runUnderLease } from '../run/run-under-lease.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { RecoveredPull, RecoveredState }

export interface RecoverRequest extends RecoverOptions {
  readonly signal: AbortSignal
}

/** Reads the CRM, and writes nothing to it. */
export async function recoverSync(
  workspace: Workspace,
  sync: PushSync,
  { erasedAgain, signal }: RecoverRequest,
): Promise<RecoveredState> {
  const lease = await holdSync(workspace, sync, { signal, isVouched: true })
  try {
    const collaborators = await openCollaborators(workspace, sync, {
      readsEndAt: () => signal,
      progress: () => undefined,
    })
    return await recoverState(collaborators, lease, { erasedAgain })
  } catch (error) {
    throw namingLocalCrm(workspace.project.connections.get(sync.crm), error)
  } finally {
    await lease.release()
  }
}

/** Of a paused sync, too. Asks no CRM. */
export async function recoverPulled(
  workspace: Workspace,
  sync: PullSync,
  { erasedAgain, signal }: RecoverRequest,
): Promise<RecoveredPull> {
  refuseUnwritable(workspace, sync)
  const progress = (): void => undefined
  const collaborators = await loadCollaborators(workspace, sync, progress)
  const request = { ...betweenLoads, signal, progress, isVouched: true }
  return runUnderLease(workspace, sync, request, (held) => {
    const options = { runId: held.runId, kind: 'run', signal: held.signal, erasedAgain } as const
    return recoverPull(collaborators, held.lease, options)
  })
}
