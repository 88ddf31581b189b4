/**
 * This process's part of a budget that several processes share. Requests are granted from a window of
 * its own slots, without asking anybody; in the background turns are taken, in which slots change hands.
 * Who stops asking for slots gives all of them back, and its turns end.
 *
 * Where turns fail, requests must not: what is held is used on, or, if nothing was ever held, the whole
 * limit, as if the process were alone. At worst the CRM says no, and is asked again later.
 */
import type { BudgetLimit, BudgetShare, BudgetSlots, BudgetTurn } from '../../model/budget.ts'
import type { Clock } from '../../model/clock.ts'
import type { Budget, Slot } from './budget.ts'
import { createRollingWindow, type SlotWindow } from './rolling-window.ts'

export interface SharedBudgetOptions {
  readonly clock: Clock
  /** Names this process among those that share. */
  readonly owner: string
  /** How long a request may be under way. */
  readonly requestMs: number
  /** One turn in the memory that the processes share; may throw. */
  takeTurn(turn: BudgetTurn): Promise<BudgetShare>
}

export interface SharedBudget extends Budget {
  /** Gives everything back, for when no further request is to come. */
  leave(): Promise<void>
}

/** Between two turns; who holds nothing and waits asks more often. */
const turnEveryMs = 500
const turnWithNothingMs = 100
/** Turns without a request after which an owner leaves. */
const idleTurns = 2

export function createSharedBudget(
  name: string,
  limit: BudgetLimit,
  options: SharedBudgetOptions,
): SharedBudget {
  return new Share(name, limit, options)
}

class Share implements SharedBudget {
  readonly #name: string
  readonly #limit: BudgetLimit
  readonly #options: SharedBudgetOptions
  readonly #window: SlotWindow
  /** What the window holds for all processes together, as far as known. */
  #max: number
  #learnedMax: number | null = null
  /** Taken out of the window, not yet given back. */
  #leaving: readonly BudgetSlots[] = []
  /** Number of the last turn that was answered; 0 while nothing is held. */
  #turn = 0
  /** Whether the last turn failed. */
  #isCutOff = false
  /** Turns since somebody last wanted a slot. */
  #idle = 0
  /** Turns for which it is taken to need more than it uses. */
  #hungry = 0
  #turns: Promise<void> | null = null
  #pause = new AbortController()
  #isLeaving = false

  constructor(name: string, limit: BudgetLimit, options: SharedBudgetOptions) {
    this.#name = name
    this.#limit = limit
    this.#max = limit.max
    this.#options = options
    this.#window = createRollingWindow({ max: 0, windowMs: limit.windowMs }, options.clock)
  }

  acquire(signal?: AbortSignal): Promise<Slot> {
    this.#idle = 0
    const slot = this.#window.acquire(signal)
    this.#start()
    return slot
  }

  correct(remaining: number): void {
    this.#window.correct(remaining)
  }

  resize(max: number): void {
    if (!(max >= 1) || Math.floor(max) === this.#max) return
    this.#max = Math.floor(max)
    this.#learnedMax = this.#max
    // A smaller limit holds at once, a larger one when the others know of it, too.
    this.#takeOut(this.#window.held() - this.#max)
    this.#start()
    this.#pause.abort()
  }

  pause(ms: number): void {
    this.#window.pause(ms)
  }

  async leave(): Promise<void> {
    if (this.#turn === 0 && this.#turns === null) return
    this.#isLeaving = true
    this.#pause.abort()
    this.#start()
    await this.#turns
    this.#isLeaving = false
  }

  #start(): void {
    this.#turns ??= this.#takeTurns().finally(() => {
      this.#turns = null
    })
  }

  /** Until nobody wants a slot any more. */
  async #takeTurns(): Promise<void> {
    for (;;) {
      const need = this.#isLeaving ? 0 : this.#need()
      await this.#settle(need)
      if (need > 0) await this.#untilNextTurn()
      else if (this.#isLeaving || !this.#window.inUse()) return
    }
  }

  /** One turn, and further ones until everything that others should have is given back. */
  async #settle(need: number): Promise<void> {
    for (;;) {
      const share = await this.#answered(need)
      if (share === null || share.surplus === 0 || this.#takeOut(share.surplus) === 0) return
    }
  }

  /** Slots that it could make use of; 0 where it is to leave. */
  #need(): number {
    this.#idle = this.#window.inUse() ? 0 : this.#idle + 1
    this.#hungry = Math.max(this.#hungry - 1, this.#window.ranShort() ? this.#hungryFor() : 0)
    if (this.#idle > idleTurns) return 0
    // Who had to wait will again: what it uses says nothing of what it could.
    if (this.#hungry > 0) return Number.MAX_SAFE_INTEGER
    return Math.ceil(this.#window.busy() * 1.1) + 1
  }

  /** Work that uses up its slots stands still for the rest of each window, and then wants them again. */
  #hungryFor(): number {
    const windowTurns = Math.ceil(this.#limit.windowMs / turnEveryMs)
    return this.#window.held() === 0 ? idleTurns : Math.max(idleTurns, windowTurns)
  }

  /** Null when the turn failed. */
  async #answered(need: number): Promise<BudgetShare | null> {
    if (need === 0) this.#takeOut(this.#window.held())
    const { clock, owner, requestMs, takeTurn } = this.#options
    const [at, asked] = [clock.now(), clock.monotonic()]
    const [givesBack, learnedMax] = [this.#leaving, this.#learnedMax]
    this.#leaving = []
    const of = { budget: this.#name, limit: this.#limit, owner, after: this.#turn, requestMs, at }
    try {
      const busy = this.#window.busy()
      const share = await takeTurn({ ...of, need, busy, givesBack, learnedMax })
      if (this.#learnedMax === learnedMax) this.#learnedMax = null
      this.#take(share, asked + share.validUntil - at)
      if (need === 0) this.#turn = 0
      return share
    } catch {
      // Nobody needs to be told: whoever uses the same memory for more has the same failure to tell.
      this.#goOnAlone(givesBack)
      return null
    }
  }

  #take(share: BudgetShare, validUntil: number): void {
    if (share.isNew) {
      this.#window.clear()
      this.#leaving = []
    }
    this.#turn = share.turn
    if (this.#learnedMax === null) this.#max = share.max
    // What was used without telling anybody may still be in the window.
    const earliest = this.#isCutOff && share.isNew ? this.#limit.windowMs : 0
    this.#isCutOff = false
    this.#window.grantUntil(validUntil)
    this.#putIn(share.granted, earliest)
  }

  /** Uses what was to be given back, as far as that does not make it more than there is. */
  #goOnAlone(kept: readonly BudgetSlots[]): void {
    this.#window.grantUntil(Number.POSITIVE_INFINITY)
    const leaving: BudgetSlots[] = []
    for (const { freeAt, count } of kept) {
      const here = Math.min(count, Math.max(0, this.#max - this.#window.held()))
      if (here > 0) this.#putIn([{ freeAt, count: here }], 0)
      if (count > here) leaving.push({ freeAt, count: count - here })
    }
    this.#leaving = [...leaving, ...this.#leaving]
    const missing = this.#max - this.#window.held()
    if (this.#turn === 0 && !this.#isCutOff && missing > 0) {
      this.#window.add([{ inMs: 0, count: missing }])
    }
    this.#isCutOff = true
  }

  #putIn(slots: readonly BudgetSlots[], earliestInMs: number): void {
    const now = this.#options.clock.now()
    this.#window.add(
      slots.map(({ freeAt, count }) => ({ inMs: Math.max(earliestInMs, freeAt - now), count })),
    )
  }

  /** Gives the number of slots that could be taken out of the window; what is out stays. */
  #takeOut(count: number): number {
    const now = this.#options.clock.now()
    // Rounded up: a clock of whole milliseconds may be almost one behind, and a few hundred times are
    // enough to tell when how much of a window is free.
    const step = Math.max(1, Math.floor(this.#limit.windowMs / 200))
    const taken = this.#window.remove(Math.max(0, count)).map((slots) => ({
      freeAt: slots.inMs === 0 ? now : Math.ceil((now + slots.inMs + 1) / step) * step,
      count: slots.count,
    }))
    this.#leaving = [...this.#leaving, ...taken]
    return taken.reduce((sum, slots) => sum + slots.count, 0)
  }

  async #untilNextTurn(): Promise<void> {
    if (this.#isLeaving) return
    this.#pause = new AbortController()
    const ms = this.#window.held() === 0 ? turnWithNothingMs : turnEveryMs
    await this.#options.clock.sleep(ms, this.#pause.signal).catch(() => undefined)
  }
}
