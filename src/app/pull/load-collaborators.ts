/** What a run works with that loads into a warehouse and asks no CRM. */
import type { LoadCollaborators } from '../../engine/pull/pull.ts'
import type { PullSync } from '../../model/sync.ts'
import { systemClock } from '../system-clock.ts'
import type { Workspace } from '../workspace/workspace.ts'

export async function loadCollaborators(
  workspace: Workspace,
  sync: PullSync,
  progress: LoadCollaborators['progress'],
): Promise<LoadCollaborators> {
  const [ledger, warehouse] = await Promise.all([
    workspace.ledger(),
    workspace.warehouse(sync.warehouse),
  ])
  const { workingSchema } = workspace.project
  return {
    sync,
    warehouse,
    ledger,
    workingSchema,
    clock: systemClock,
    random: Math.random,
    progress,
  }
}
