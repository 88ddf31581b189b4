/** A sync that says `renamed_from` takes over what its former name left, once. */
import { renameSync } from '../../engine/push/rename.ts'
import type { PushSync } from '../../model/sync.ts'
import { holdLease } from '../run/lease-keeper.ts'
import { systemClock } from '../system-clock.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Throws `ledger.busy` while the former name is still running somewhere. */
export async function followRename(workspace: Workspace, sync: PushSync): Promise<void> {
  const { renamedFrom } = sync
  if (renamedFrom === null) return
  const ledger = await workspace.ledger()
  const known = (await ledger.syncs()).some((one) => one.sync === renamedFrom)
  if (!known) return
  const lease = await holdLease(ledger, systemClock, renamedFrom, workspace.owner)
  try {
    const warehouse = await workspace.warehouse(sync.warehouse)
    const { workingSchema } = workspace.project
    await renameSync(warehouse, ledger, workingSchema, renamedFrom, sync.name)
  } finally {
    await lease.release()
  }
}
