/**
 * Takes a sync's lease: free, expired, or left by a process of this machine that is gone. Who is in the
 * way is told by name, with what to do about it.
 */
import { ledgerErrors } from '../../ledger/errors.ts'
import type { Lease, Ledger, RunRecord } from '../../ledger/ledger.ts'
import type { Clock } from '../../model/clock.ts'
import { SynclineError } from '../../model/error.ts'
import { openRunStates, type RunState } from '../../model/run.ts'
import { isGone, readProcessName } from '../process-name.ts'

export interface LeaseRequest {
  readonly sync: string
  readonly owner: string
  readonly ttlMs: number
}

export interface AcquiredLease {
  readonly lease: Lease
  /**
   * Until when a request of a process before us may still be applied, which is as long as the lease
   * lasts; null where there is none.
   */
  readonly unsettledUntil: number | null
}

export async function acquireLease(
  ledger: Ledger,
  clock: Clock,
  { sync, owner, ttlMs }: LeaseRequest,
): Promise<AcquiredLease> {
  const acquire = (): Promise<Lease> => ledger.acquireLease(sync, owner, ttlMs, clock.now())
  try {
    return { lease: await acquire(), unsettledUntil: null }
  } catch (error) {
    if (!(error instanceof SynclineError) || error.code !== 'ledger.busy') throw error
    const holder = await ledger.leaseOf(sync)
    // Who let go meanwhile leaves the sync to whoever comes next.
    if (holder === null) return { lease: await acquire(), unsettledUntil: null }
    if (!isGone(holder.owner)) throw await busy(ledger, holder, error)
    return succeed(ledger, clock.now(), holder, { sync, owner, ttlMs })
  }
}

/** Only this very lease passes over: of two successors one finds the other in its way. */
async function succeed(
  ledger: Ledger,
  now: number,
  holder: Lease,
  { sync, owner, ttlMs }: LeaseRequest,
): Promise<AcquiredLease> {
  // Promise 7: no request outlives the lease it was sent under, whoever sent it.
  const isUnsettled = holder.expiresAt > now && (await hasRequestsInFlight(ledger, sync))
  // Who waits holds the sync no longer than that takes: if it dies, too, the next one waits for the same.
  const held = isUnsettled ? holder.expiresAt - now : ttlMs
  const lease = await ledger.acquireLease(sync, owner, held, now, holder)
  return { lease, unsettledUntil: isUnsettled ? holder.expiresAt : null }
}

/** A sync has one run at work; the others that have not ended wait for a person. */
const mostOpenRuns = 100

async function hasRequestsInFlight(ledger: Ledger, sync: string): Promise<boolean> {
  for (const { id } of await ledger.runs({ sync, state: openRunStates, limit: mostOpenRuns })) {
    if ((await ledger.sendingBatches(id)).length > 0) return true
  }
  return false
}

/** Who holds the sync, in a form for people: `process 4711 on laptop`. */
export function holderText(owner: string): string {
  const known = readProcessName(owner)
  return known === null ? owner : `process ${known.pid} on ${known.host}`
}

async function busy(
  ledger: Ledger,
  { sync, owner, expiresAt }: Lease,
  cause: Error,
): Promise<Error> {
  const run = await runAtWork(ledger, sync)
  const until = new Date(expiresAt).toISOString()
  const since =
    run === null
      ? ''
      : ` Its run ${run.id} (${run.state}) began at ${new Date(run.startedAt).toISOString()}.`
  const stop = run === null ? '' : `, or end it with \`syncline cancel ${run.id}\``
  return ledgerErrors.busy({
    message: `The sync ${sync} is held by ${holderText(owner)} until ${until}, which it prolongs while it lives.${since}`,
    remedy: `Wait for its end, which \`syncline status ${sync}\` shows${stop}. If that process is dead, wait until its lease expires at ${until} and run again.`,
    cause,
  })
}

/** For a person. */
const waiting: readonly RunState[] = ['planned', 'stopped']

/** The run that somebody works on, or that was left; null for none. */
export async function runAtWork(
  ledger: Pick<Ledger, 'runs'>,
  sync: string,
): Promise<RunRecord | null> {
  const atWork = openRunStates.filter((state) => !waiting.includes(state))
  const [newest] = await ledger.runs({ sync, state: atWork, limit: 1 })
  return newest ?? null
}
