/**
 * Holds a sync's lease for the time of a run: renewed in the background, and before anything that
 * could outlive it (promise 7).
 */
import { stopped } from './stop-watch.ts'
import { acquireLease } from './acquire-lease.ts'
import type { LeaseKeeper } from '../../engine/context.ts'
import type { Lease, Ledger } from '../../ledger/ledger.ts'
import type { Clock } from '../../model/clock.ts'
import { SynclineError } from '../../model/error.ts'

export const leaseTtlMs = 60_000

export interface WaitOptions {
  /** Told until when it waits for the end of what a dead process may have sent. */
  readonly waiting?: ((until: number) => void) | undefined
  /** Ends that wait with `app.stopped`. */
  readonly signal?: AbortSignal | undefined
}

export interface HeldLease extends LeaseKeeper {
  release(): Promise<void>
}

/**
 * Throws `ledger.busy` when another worker holds the sync. From one of this machine that died it takes
 * over at once; where that one may have left a request under way, after the time that it may take.
 */
export async function holdLease(
  ledger: Ledger,
  clock: Clock,
  sync: string,
  owner: string,
  { waiting, signal }: WaitOptions = {},
): Promise<HeldLease> {
  const asked = clock.monotonic()
  const request = { sync, owner, ttlMs: leaseTtlMs }
  const { lease, unsettledUntil } = await acquireLease(ledger, clock, request)
  if (unsettledUntil === null) return kept(ledger, clock, lease, asked)
  waiting?.(unsettledUntil)
  try {
    await clock.sleep(unsettledUntil - clock.now(), signal)
  } catch (error) {
    throw signal === undefined ? error : stopped(signal, error)
  }
  const woken = clock.monotonic()
  try {
    const renewed = await ledger.renewLease(lease, leaseTtlMs, clock.now())
    return kept(ledger, clock, renewed, woken)
  } catch (error) {
    if (!(error instanceof SynclineError) || error.code !== 'ledger.lease_lost') throw error
    // It ran out with the wait, and somebody was quicker: who that is, the next attempt tells.
    return holdLease(ledger, clock, sync, owner, { waiting, signal })
  }
}

/** `asked` is the monotonic time at which the lease was asked for. */
function kept(ledger: Ledger, clock: Clock, lease: Lease, asked: number): HeldLease {
  const keeper = new Keeper(ledger, clock, lease, asked + leaseTtlMs)
  keeper.start()
  return keeper
}

class Keeper implements HeldLease {
  readonly #ledger: Ledger
  readonly #clock: Clock
  #lease: Lease
  /** Monotonic time until which it is ours for certain. */
  #until: number
  /** Grows with the longest request: renewed for less, the lease would fall short of those to come. */
  #ttlMs = leaseTtlMs
  #timer: NodeJS.Timeout | null = null

  constructor(ledger: Ledger, clock: Clock, lease: Lease, until: number) {
    this.#ledger = ledger
    this.#clock = clock
    this.#lease = lease
    this.#until = until
  }

  start(): void {
    // A renewal that fails is told by the next `ensure`, before anything is started under it.
    this.#timer = setInterval(() => void this.#renew().catch(() => undefined), leaseTtlMs / 3)
    this.#timer.unref()
  }

  current(): Lease {
    return this.#lease
  }

  async ensure(ms: number): Promise<Lease> {
    return this.outlasts(ms) ? this.#lease : this.#renew(ms)
  }

  outlasts(ms: number): boolean {
    // The wall clock may be set back, which must not prolong a lease that others see expire; the
    // monotonic one may stand still while the machine sleeps. The earlier of the two counts.
    const left = Math.min(
      this.#lease.expiresAt - this.#clock.now(),
      this.#until - this.#clock.monotonic(),
    )
    return left > ms
  }

  async release(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    // Who can't release it has had an error that matters more; the lease runs out by itself.
    await this.#ledger.releaseLease(this.#lease).catch(() => undefined)
  }

  async #renew(atLeastMs = 0): Promise<Lease> {
    this.#ttlMs = Math.max(this.#ttlMs, atLeastMs * 2)
    const ttlMs = this.#ttlMs
    const asked = this.#clock.monotonic()
    this.#lease = await this.#ledger.renewLease(this.#lease, ttlMs, this.#clock.now())
    this.#until = asked + ttlMs
    return this.#lease
  }
}
