/**
 * A rolling window as a log of slots, of which it may be given more and asked for some back. The CRM counts a request when it arrives, which is somewhere
 * between our send and its response; a slot that stays taken until one window after the response is
 * therefore never free here while it still counts there. The price is one round trip per window.
 *
 * Time is the monotonic clock. At most one sleep is pending, for the head of the queue.
 */
import type { Clock } from '../../model/clock.ts'
import type { Budget, Slot } from './budget.ts'

interface Waiter {
  grant(): void
}

/** `count` slots that are free again at `freeAt`; the log is sorted by it. */
interface Cooling {
  readonly freeAt: number
  count: number
}

/** So many slots that are free in `inMs`. */
export interface WindowSlots {
  readonly inMs: number
  readonly count: number
}

/** A window whose slots come and go. */
export interface SlotWindow extends Budget {
  /** Slots that are its own: free, in the window of an earlier request, or out. */
  held(): number
  /** Slots that are out or in the window of an earlier request. */
  busy(): number
  /** Whether a slot is out or somebody waits for one. */
  inUse(): boolean
  /** Whether anybody had to wait since this was last asked, or waits now. */
  ranShort(): boolean
  add(slots: readonly WindowSlots[]): void
  /** Takes away `count` slots, the soonest to be free first; fewer where the others are out. */
  remove(count: number): readonly WindowSlots[]
  /** Takes away everything; slots that are out no longer come back. */
  clear(): void
  /** Grants nothing from this monotonic time on. */
  grantUntil(time: number): void
}

export function createRollingWindow(
  limit: { readonly max: number; readonly windowMs: number },
  clock: Clock,
): SlotWindow {
  return new RollingWindow(limit.max, limit.windowMs, clock)
}

class RollingWindow implements SlotWindow {
  readonly #windowMs: number
  readonly #clock: Clock
  readonly #queue: Waiter[] = []
  #max: number
  #inFlight = 0
  #log: Cooling[] = []
  /** Sum of the counts in the log. */
  #cooling = 0
  /** Slots that ever became free; a slot remembers it to tell what was freed while it was out. */
  #freedEver = 0
  #pausedUntil = Number.NEGATIVE_INFINITY
  #grantsUntil = Number.POSITIVE_INFINITY
  #ranShort = false
  /** Grows when everything is taken away: slots from before are no longer counted. */
  #generation = 0
  #sleeping: AbortController | null = null

  constructor(max: number, windowMs: number, clock: Clock) {
    this.#max = max
    this.#windowMs = windowMs
    this.#clock = clock
  }

  async acquire(signal?: AbortSignal): Promise<Slot> {
    signal?.throwIfAborted()
    if (this.#queue.length === 0 && this.#free() > 0) return this.#take()
    return new Promise<Slot>((resolve, reject) => {
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener('abort', leave)
          resolve(this.#take())
        },
      }
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1)
        if (this.#queue.length === 0) this.#wake()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#queue.push(waiter)
      this.#serve()
      if (this.#queue.length > 0) this.#ranShort = true
    })
  }

  correct(remaining: number): void {
    this.#foreign(this.#available() - remaining)
  }

  resize(max: number): void {
    if (!(max >= 1) || max === this.#max) return
    this.#max = Math.floor(max)
    this.#wake()
    this.#serve()
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonic() + ms)
  }

  held(): number {
    return this.#max
  }

  busy(): number {
    this.#expire()
    return this.#inFlight + this.#cooling
  }

  inUse(): boolean {
    return this.#inFlight > 0 || this.#queue.length > 0
  }

  ranShort(): boolean {
    const ranShort = this.#ranShort || this.#queue.length > 0
    this.#ranShort = false
    return ranShort
  }

  add(slots: readonly WindowSlots[]): void {
    const now = this.#clock.monotonic()
    for (const { inMs, count } of slots) {
      this.#max += count
      if (inMs > 0) this.#cool(count, now + inMs)
      else this.#freedEver += count
    }
    this.#wake()
    this.#serve()
  }

  remove(count: number): readonly WindowSlots[] {
    const now = this.#clock.monotonic()
    const free = Math.min(count, Math.max(0, this.#available()))
    const removed: WindowSlots[] = free > 0 ? [{ inMs: 0, count: free }] : []
    let left = count - free
    for (const entry of this.#log) {
      const here = Math.min(left, entry.count)
      if (here === 0) break
      entry.count -= here
      left -= here
      removed.push({ inMs: entry.freeAt - now, count: here })
    }
    this.#log = this.#log.filter((entry) => entry.count > 0)
    this.#cooling -= count - left - free
    this.#max -= count - left
    return removed
  }

  clear(): void {
    this.#generation += 1
    this.#max = 0
    this.#inFlight = 0
    this.#cooling = 0
    this.#log = []
  }

  grantUntil(time: number): void {
    this.#grantsUntil = time
    this.#serve()
  }

  #take(): Slot {
    this.#inFlight += 1
    const freedBefore = this.#freedEver
    const generation = this.#generation
    let open = true
    return {
      done: (remaining) => {
        if (!open || generation !== this.#generation) return
        open = false
        this.#release(remaining, freedBefore)
      },
    }
  }

  #release(remaining: number | undefined, freedBefore: number): void {
    this.#expire()
    this.#inFlight -= 1
    this.#cool(1, this.#clock.monotonic() + this.#windowMs)
    if (remaining !== undefined) {
      // The CRM counted before we freed these: it may still have held them when it answered.
      const freedMeanwhile = this.#freedEver - freedBefore
      this.#foreign(this.#available() - freedMeanwhile - remaining)
    }
    this.#serve()
  }

  /** Requests of others: they leave the window no later than one window from now. */
  #foreign(count: number): void {
    if (count > 0) this.#cool(count, this.#clock.monotonic() + this.#windowMs)
  }

  #cool(count: number, freeAt: number): void {
    this.#cooling += count
    const before = this.#log.findLastIndex((entry) => entry.freeAt <= freeAt)
    const same = this.#log[before]
    if (same !== undefined && same.freeAt === freeAt) same.count += count
    else this.#log.splice(before + 1, 0, { freeAt, count })
  }

  #expire(): void {
    const now = this.#clock.monotonic()
    let expired = 0
    while (expired < this.#log.length) {
      const entry = this.#log[expired]
      if (entry === undefined || entry.freeAt > now) break
      this.#cooling -= entry.count
      this.#freedEver += entry.count
      expired += 1
    }
    if (expired > 0) this.#log.splice(0, expired)
  }

  #available(): number {
    this.#expire()
    return this.#max - this.#inFlight - this.#cooling
  }

  #free(): number {
    const now = this.#clock.monotonic()
    return now < this.#pausedUntil || now >= this.#grantsUntil ? 0 : this.#available()
  }

  #serve(): void {
    while (this.#queue.length > 0 && this.#free() > 0) this.#queue.shift()?.grant()
    if (this.#queue.length > 0) this.#sleepUntilNext()
  }

  /** With everything in flight there is nothing to sleep for: `done` serves the queue. */
  #sleepUntilNext(): void {
    if (this.#sleeping !== null) return
    const now = this.#clock.monotonic()
    // Whoever prolongs that serves the queue.
    if (now >= this.#grantsUntil) return
    const paused = this.#pausedUntil > now ? this.#pausedUntil : null
    const wakeAt = paused ?? this.#log[0]?.freeAt
    if (wakeAt === undefined) return
    const sleeping = new AbortController()
    this.#sleeping = sleeping
    // A timer may fire a fraction early; whoever wakes looks again and sleeps the rest.
    const woken = (): void => {
      if (this.#sleeping === sleeping) this.#sleeping = null
      this.#serve()
    }
    this.#clock.sleep(Math.max(1, Math.ceil(wakeAt - now)), sleeping.signal).then(woken, () => {})
  }

  #wake(): void {
    this.#sleeping?.abort()
    this.#sleeping = null
  }
}
