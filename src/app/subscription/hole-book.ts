/**
 * The holes of one connection: for each object of each pull, since a read by one pull is none for another. They outlive the process,
 * as what it found is owed whether it is still there or not.
 */
import { isFailing, type SubscriptionPlan } from '../../core/subscription/decide-subscriptions.ts'
import {
  afterCatchUp,
  afterInterruption,
  afterLook,
  afterRestart,
  type CatchUp,
  dueCatchUp,
  whileMissing,
  withoutSubscription,
} from '../../core/subscription/hole.ts'
import type {
  DeliveryTerms,
  Hole,
  KeptHole,
  Subscription,
  ToldHole,
} from '../../model/subscription.ts'
import { namesOf, type PullSync } from '../../model/sync.ts'

/** Every time is in milliseconds since the epoch. */
export class HoleBook {
  readonly #pulls: readonly PullSync[]
  readonly #terms: DeliveryTerms
  readonly #holes: ReadonlyMap<PullSync, Map<string, Hole>>

  constructor(pulls: readonly PullSync[], terms: DeliveryTerms) {
    this.#pulls = pulls
    this.#terms = terms
    this.#holes = new Map(pulls.map((sync) => [sync, new Map()]))
  }

  /** Goes on with what another left. */
  restore(kept: readonly KeptHole[], now: number): void {
    this.#change((_, object, sync) => {
      // No run may have moved anything yet, or a process that has the former name in its files wrote last.
      const hole = namesOf(sync)
        .map((own) => kept.find((one) => one.sync === own && one.object === object))
        .find((one) => one !== undefined)
      return hole === undefined ? null : afterRestart(holeOf(hole), now, this.#terms)
    })
  }

  /** Of every object that is known here, to be kept. */
  kept(): readonly ToldHole[] {
    return this.#pulls.flatMap((sync) =>
      sync.objects.flatMap((object) => {
        const hole = this.#holes.get(sync)?.get(object) ?? null
        return namesOf(sync).map((name) => ({
          sync: name,
          object,
          // What was owed under the former name was taken over.
          hole: name === sync.name ? hole : null,
        }))
      }),
    )
  }

  /** Nobody received for so long; null where nobody knows how long. */
  interrupted(ms: number | null): void {
    this.#change((hole) => afterInterruption(hole, ms, this.#terms))
  }

  /** What a look showed, before anything of it is changed; null where the CRM could not be asked. */
  looked(plan: Pick<SubscriptionPlan, 'kept'> | null, now: number): void {
    this.#change((hole, object) => {
      if (plan === null) return afterLook(hole, null, now, this.#terms)
      const one = plan.kept.find((each) => each.object === object)
      if (one === undefined) return whileMissing(hole, now, this.#terms)
      return afterLook(hole, isFailing(one), now, this.#terms)
    })
  }

  /** Made just now, where there was none. */
  made(created: readonly Subscription[]): void {
    this.#change((hole, object) =>
      created.some((one) => one.object === object) ? withoutSubscription : hole,
    )
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

  #change(next: (hole: Hole | null, object: string, sync: PullSync) => Hole | null): void {
    for (const sync of this.#pulls) {
      for (const object of sync.objects) {
        const hole = this.#holes.get(sync)?.get(object) ?? null
        this.#set(sync, object, next(hole, object, sync))
      }
    }
  }

  #set(sync: PullSync, object: string, hole: Hole | null): void {
    if (hole === null) this.#holes.get(sync)?.delete(object)
    else this.#holes.get(sync)?.set(object, hole)
  }
}

function holeOf({ isLoss, isOpen, silentUntil, changesRead, deletesRead }: KeptHole): Hole {
  return { isLoss, isOpen, silentUntil, changesRead, deletesRead }
}
