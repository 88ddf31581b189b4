/**
 * A rolling window as a log of slots. The CRM counts a request when it arrives, which is somewhere
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

/** `count` slots that are free again at `freeAt`. Pushed in order of time, so the log is sorted. */
interface Cooling {
  readonly freeAt: number
  count: number
}

export function createRollingWindow(
  limit: { readonly max: number; readonly windowMs: number },
  clock: Clock,
): Budget {
  return new RollingWindow(limit.max, limit.windowMs, clock)
}

class RollingWindow implements Budget {
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

  #take(): Slot {
    this.#inFlight += 1
    const freedBefore = this.#freedEver
    let open = true
    return {
      done: (remaining) => {
        if (!open) return
        open = false
        this.#release(remaining, freedBefore)
      },
    }
  }

  #release(remaining: number | undefined, freedBefore: number): void {
    this.#expire()
    this.#inFlight -= 1
    this.#cool(1)
    if (remaining !== undefined) {
      // The CRM counted before we freed these: it may still have held them when it answered.
      const freedMeanwhile = this.#freedEver - freedBefore
      this.#foreign(this.#available() - freedMeanwhile - remaining)
    }
    this.#serve()
  }

  /** Requests of others: they leave the window no later than one window from now. */
  #foreign(count: number): void {
    if (count > 0) this.#cool(count)
  }

  #cool(count: number): void {
    const freeAt = this.#clock.monotonic() + this.#windowMs
    const last = this.#log.at(-1)
    if (last !== undefined && last.freeAt === freeAt) last.count += count
    else this.#log.push({ freeAt, count })
    this.#cooling += count
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
    return this.#clock.monotonic() < this.#pausedUntil ? 0 : this.#available()
  }

  #serve(): void {
    while (this.#queue.length > 0 && this.#free() > 0) this.#queue.shift()?.grant()
    if (this.#queue.length > 0) this.#sleepUntilNext()
  }

  /** With everything in flight there is nothing to sleep for: `done` serves the queue. */
  #sleepUntilNext(): void {
    if (this.#sleeping !== null) return
    const now = this.#clock.monotonic()
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
