/** The holes of one connection: for each object of each pull, since a read by one pull is none for another. */
import { isFailing } from '../../core/subscription/decide-subscriptions.ts'
import {
  afterCatchUp,
  afterInterruption,
  afterLook,
  type CatchUp,
  dueCatchUp,
  type Hole,
  withoutSubscription,
} from '../../core/subscription/hole.ts'
import type { DeliveryTerms, Subscription } from '../../model/subscription.ts'
import type { PullSync } from '../../model/sync.ts'

/** Every time is monotonic, in milliseconds. */
export class HoleBook {
  readonly #pulls: readonly PullSync[]
  readonly #terms: DeliveryTerms
  readonly #holes: ReadonlyMap<PullSync, Map<string, Hole>>

  constructor(pulls: readonly PullSync[], terms: DeliveryTerms) {
    this.#pulls = pulls
    this.#terms = terms
    this.#holes = new Map(pulls.map((sync) => [sync, new Map()]))
  }

  /** Nobody received for so long; null where nobody knows how long. */
  interrupted(ms: number | null): void {
    this.#change((hole) => afterInterruption(hole, ms, this.#terms))
  }

  /** What a look showed, and which of it was made just then. */
  looked(found: readonly Subscription[], created: readonly Subscription[], now: number): void {
    this.#change((hole, object) => {
      if (created.some((one) => one.object === object)) return withoutSubscription
      const one = found.find((each) => each.object === object)
      return afterLook(hole, one === undefined ? null : isFailing(one), now, this.#terms)
    })
  }

  /** What is to be read by a pull now. */
  due(sync: PullSync, now: number): ReadonlyMap<string, CatchUp> {
    const due = new Map<string, CatchUp>()
    for (const [object, hole] of this.#holes.get(sync) ?? []) {
      const what = dueCatchUp(hole, now)
      if (what !== null) due.set(object, what)
    }
    return due
  }

  caughtUp(sync: PullSync, object: string, now: number): void {
    const hole = this.#holes.get(sync)?.get(object)
    if (hole !== undefined) this.#set(sync, object, afterCatchUp(hole, now, this.#terms))
  }

  /** Of someone else's keeping nothing is known. */
  forget(): void {
    this.#change(() => null)
  }

  #change(next: (hole: Hole | null, object: string) => Hole | null): void {
    for (const sync of this.#pulls) {
      for (const object of sync.objects) {
        const hole = this.#holes.get(sync)?.get(object) ?? null
        this.#set(sync, object, next(hole, object))
      }
    }
  }

  #set(sync: PullSync, object: string, hole: Hole | null): void {
    if (hole === null) this.#holes.get(sync)?.delete(object)
    else this.#holes.get(sync)?.set(object, hole)
  }
}
