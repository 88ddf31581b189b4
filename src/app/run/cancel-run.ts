/** Ends a run that a person no longer wants. */
import { dropBrokenRun } from '../../core/sql/drop-run.ts'
import type { RunRecord } from '../../ledger/ledger.ts'
import { nextRunState } from '../../model/run.ts'
import { namesOf } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import { holdLease } from './lease-keeper.ts'
import { systemClock } from '../system-clock.ts'
import type { Workspace } from '../workspace/workspace.ts'

/**
 * `cancelled`: it has ended. `requested`: its worker was told, and stops after the batches in
 * flight; if the worker is dead, the next run of the sync ends it.
 */
export type Cancellation = 'cancelled' | 'requested'

export async function cancelRun(workspace: Workspace, runId: string): Promise<Cancellation> {
  const ledger = await workspace.ledger()
  const record = await ledger.run(runId)
  if (record === null) throw appErrors.unknown_run({ message: `There is no run ${runId}.` })
  if (record.endedAt !== null) {
    throw appErrors.run_ended({ message: `The run ${runId} has ended: ${record.state}.` })
  }
  await ledger.requestCancel(runId)
  const lease = await ledger.leaseOf(record.sync)
  const isAtWork = lease !== null && lease.expiresAt > systemClock.now()
  // What was sent must be resolved first, which is the next run's work.
  if (isAtWork || record.state === 'confirming') return 'requested'
  return nextRunState(record.state, 'cancellation') === null
    ? 'requested'
    : cancelNow(workspace, record)
}

async function cancelNow(workspace: Workspace, { id, sync }: RunRecord): Promise<Cancellation> {
  const ledger = await workspace.ledger()
  const lease = await holdLease(ledger, systemClock, sync, workspace.owner)
  try {
    await ledger.transition(lease.current(), id, 'cancellation', systemClock.now())
    await dropTables(workspace, id, sync)
    return 'cancelled'
  } finally {
    await lease.release()
  }
}

/** A pull has none. Of a sync that is gone from the project nobody knows the warehouse; its tables stay behind. */
async function dropTables(workspace: Workspace, runId: string, syncName: string): Promise<void> {
  const sync = workspace.project.syncs.find((one) => namesOf(one).includes(syncName))
  if (sync?.type !== 'push') return
  const warehouse = await workspace.warehouse(sync.warehouse)
  const drops = dropBrokenRun(warehouse.dialect, workspace.project.workingSchema, runId)
  await warehouse.session((session) => session.execute(drops))
}
