/**
 * A rate limit shared by everything that counts against it. A rolling window is a log of slots,
 * each free again one window after the *response* of its request: freeing it after the send, or
 * refilling a bucket, lets a burst through that the CRM counts in one window.
 */

/** The right to send one request. */
export interface Slot {
  /**
   * Must be called once, when the response arrived or never will. `remaining` is what that response
   * said is left in the window; knowing which request it answers makes it a finer `correct`.
   */
  done(remaining?: number): void
}

export interface Budget {
  /** Waits for a slot, first come first served; rejects with the signal's reason when aborted. */
  acquire(signal?: AbortSignal): Promise<Slot>
  /** What the CRM says is left in the present window; lowers our own count if it is less. */
  correct(remaining: number): void
  /** The CRM says the window holds `max`: this account's tier is not what was assumed. */
  resize(max: number): void
  /** No slot before `ms` from now (after a 429). */
  pause(ms: number): void
}

export interface BudgetBook {
  /** The budget for what the vendor counts by; the same name gives the same budget. */
  get(name: string, limit: { readonly max: number; readonly windowMs: number }): Budget
}
