/** The frame of every use case that is a run: the sync's lease, the run's id, and how it is stopped from outside. */
import type { LeaseKeeper } from '../../engine/context.ts'
import type { Sync } from '../../model/sync.ts'
import { holdSync } from './follow-rename.ts'
import type { HeldLease } from './lease-keeper.ts'
import { patiently } from './patiently.ts'
import { namingLocalCrm } from '../local/local-crm.ts'
import { newRunId } from './run-id.ts'
import { stopped, watchStop } from './stop-watch.ts'
import { systemClock } from '../system-clock.ts'
import { impatient, type LongWait, type Patience, waitForLoad } from './wait-for-load.ts'
import type { Workspace } from '../workspace/workspace.ts'

/**
 * A request of a worker that died may be applied until then; or a load, or a run of which nothing is heard, holds the sync, which is waited
 * for until then at most.
 */
export interface Waiting {
  readonly at: 'waiting'
  readonly for: 'request' | LongWait['for']
  readonly until: number
}

export interface RunRequest {
  /** A run that goes on; null for a new one. */
  readonly run: string | null
  readonly signal: AbortSignal
  readonly progress: (event: Waiting) => void
  /** Told the run's id once the sync is held and nothing is begun; what it throws ends the run there. */
  readonly onHeld?: ((runId: string) => void | Promise<void>) | undefined
  /** How long it waits for whoever holds the sync now; not at all unless said. */
  readonly patience?: Patience
  /** As of `holdSync`. */
  readonly isVouched?: boolean
}

/** What the work of a run is given. */
export interface HeldRun {
  readonly runId: string
  readonly lease: LeaseKeeper
  /** Aborted when the run should begin nothing new. */
  readonly signal: AbortSignal
}

/** Throws `app.stopped` where `signal` ended it before there was anything to report. */
export async function runUnderLease<T>(
  workspace: Workspace,
  sync: Sync,
  { run, signal, progress, onHeld, patience = impatient, isVouched }: RunRequest,
  work: (held: HeldRun) => Promise<T>,
): Promise<T> {
  const ledger = await workspace.ledger()
  const runId = run ?? newRunId(systemClock.now(), Math.random)
  const hold = (): Promise<HeldLease> =>
    holdSync(workspace, sync, {
      signal,
      isVouched,
      waiting: (until) => progress({ at: 'waiting', for: 'request', until }),
    })
  const mayWait = waitForLoad(ledger, sync.name, patience, ({ for: what, mostMs }) =>
    progress({ at: 'waiting', for: what, until: systemClock.now() + mostMs }),
  )
  const lease = await patiently(hold, systemClock, mayWait, signal)
  const stop = watchStop(signal, ledger, runId)
  try {
    await onHeld?.(runId)
    return await stop.within(work({ runId, lease, signal: stop.signal }))
  } catch (error) {
    if (stop.signal.aborted) throw stopped(stop.signal, error)
    throw namingLocalCrm(workspace.project.connections.get(sync.crm), error)
  } finally {
    stop.end()
    await lease.release()
  }
}
