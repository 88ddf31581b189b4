/**
 * Holds a sync's lease for the time of a run: renewed in the background, and before anything that
 * could outlive it (promise 7).
 */
import type { LeaseKeeper } from '../engine/context.ts'
import type { Lease, Ledger } from '../ledger/ledger.ts'
import type { Clock } from '../model/clock.ts'

export const leaseTtlMs = 60_000

export interface HeldLease extends LeaseKeeper {
  release(): Promise<void>
}

/** Throws `ledger.busy` when another worker holds the sync. */
export async function holdLease(
  ledger: Ledger,
  clock: Clock,
  sync: string,
  owner: string,
): Promise<HeldLease> {
  const keeper = new Keeper(
    ledger,
    clock,
    await ledger.acquireLease(sync, owner, leaseTtlMs, clock.now()),
  )
  keeper.start()
  return keeper
}

class Keeper implements HeldLease {
  readonly #ledger: Ledger
  readonly #clock: Clock
  #lease: Lease
  #timer: NodeJS.Timeout | null = null

  constructor(ledger: Ledger, clock: Clock, lease: Lease) {
    this.#ledger = ledger
    this.#clock = clock
    this.#lease = lease
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
    return this.#lease.expiresAt - this.#clock.now() > ms
  }

  async release(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#ledger.releaseLease(this.#lease)
  }

  async #renew(atLeastMs = 0): Promise<Lease> {
    const ttl = Math.max(leaseTtlMs, atLeastMs * 2)
    this.#lease = await this.#ledger.renewLease(this.#lease, ttl, this.#clock.now())
    return this.#lease
  }
}
