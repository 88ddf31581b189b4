/**
 * How long a run waits for who holds its sync. A load of what was received has no run, and its end is near, though a large
 * one may take minutes: it is waited for as long as it prolongs its lease, within a bound. Of another run nobody knows how long it takes;
 * but one whose lease nobody prolongs was left by a process that died, and holds the sync only until the lease is over.
 */
import type { Lease, Ledger } from '../../ledger/ledger.ts'
import { runAtWork } from './acquire-lease.ts'
import type { MayWait } from './patiently.ts'

export interface Patience {
  /** For whoever it is: a server holds the sync for as long as each of its loads takes, and there is room between them. */
  readonly patienceMs: number
  /** While no run of the sync is at work. Who no longer prolongs a lease loses it within a minute. */
  readonly loadPatienceMs: number
}

/** Does not wait at all. */
export const impatient: Patience = { patienceMs: 0, loadPatienceMs: 0 }

/** For the end of a load; or of the lease of a run that nobody prolongs. */
export interface LongWait {
  readonly for: 'load' | 'lapse'
  /** From now on. */
  readonly mostMs: number
}

/** `onLong` is told once, when it begins to wait for more than `patienceMs`. */
export function waitForLoad(
  ledger: Pick<Ledger, 'leaseOf' | 'runs'>,
  sync: string,
  { patienceMs, loadPatienceMs }: Patience,
  onLong: (wait: LongWait) => void,
): MayWait {
  const isProlonged = watchLease()
  let isTold = false
  return async (waitedMs) => {
    const mostMs = Math.max(patienceMs, loadPatienceMs) - waitedMs
    if (mostMs <= 0) return false
    const lives = isProlonged(await ledger.leaseOf(sync))
    if (waitedMs < patienceMs) return true
    const isRun = (await runAtWork(ledger, sync)) !== null
    if (isRun && lives) return false
    if (!isTold) onLong({ for: isRun ? 'lapse' : 'load', mostMs })
    isTold = true
    return true
  }
}

/** Tells whether a holder was seen to prolong its lease. Who takes it over is another one, of whom nothing is known yet. */
function watchLease(): (lease: Lease | null) => boolean {
  let first: Lease | null = null
  return (lease) => {
    if (first?.fence !== lease?.fence) first = lease
    return lease !== null && first !== null && lease.expiresAt > first.expiresAt
  }
}
