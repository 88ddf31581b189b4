/**
 * How long a run waits for who holds its sync. A load of what was received has no run, and its end is near, though a large
 * one may take minutes: it is waited for as long as it prolongs its lease, within a bound. Of another run nobody knows how long it takes.
 */
import type { Ledger } from '../../ledger/ledger.ts'
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

/** `onLong` is told once, when it begins to wait for more than `patienceMs`; with how long it waits at most from then on. */
export function waitForLoad(
  ledger: Pick<Ledger, 'runs'>,
  sync: string,
  { patienceMs, loadPatienceMs }: Patience,
  onLong: (mostMs: number) => void,
): MayWait {
  let isTold = false
  return async (waitedMs) => {
    if (waitedMs < patienceMs) return true
    if (waitedMs >= loadPatienceMs) return false
    if ((await runAtWork(ledger, sync)) !== null) return false
    if (!isTold) onLong(loadPatienceMs - waitedMs)
    isTold = true
    return true
  }
}
