/** What can befall the event of a change on its way, by seed and rate or for certain. */
import type { ObjectName } from '../wire/objects.ts'

/**
 * - `lost`: it is never sent. `doubled`: it is sent twice, the second time a while later.
 * - `late`: it is held back, so that later ones overtake it.
 */
export const misfortunes = ['lost', 'doubled', 'late'] as const
export type Misfortune = (typeof misfortunes)[number]

export interface DeliverySettings {
  readonly rates: Readonly<Partial<Record<Misfortune, number>>>
  /** How long after the first the second copy of a doubled event is sent. */
  readonly doubledMs: readonly [number, number]
  /** How long a late event is held back. */
  readonly lateMs: readonly [number, number]
  /** How long the receiver may take to answer. */
  readonly timeoutMs: number
}

export const reliableDelivery: DeliverySettings = {
  rates: {},
  doubledMs: [0, 60_000],
  lateMs: [1000, 60_000],
  timeoutMs: 10_000,
}

/** It befalls the next events, of one object or of any, after `skip` of them. */
export interface PlannedMisfortune {
  readonly kind: Misfortune
  readonly object?: ObjectName
  readonly skip?: number
  readonly times?: number
}

export class DeliveryLuck {
  settings: DeliverySettings
  readonly #random: () => number
  #planned: { kind: Misfortune; object: ObjectName | undefined; skip: number; times: number }[] = []

  constructor(settings: DeliverySettings, random: () => number) {
    this.settings = settings
    this.#random = random
  }

  plan({ kind, object, skip = 0, times = 1 }: PlannedMisfortune): void {
    this.#planned.push({ kind, object, skip, times })
  }

  /** The draw is made for every event, so that what is planned does not move what is drawn. */
  draw(object: ObjectName): Misfortune | null {
    const drawn = this.#drawn()
    for (const entry of this.#planned) {
      if (entry.object !== undefined && entry.object !== object) continue
      if (entry.skip > 0) {
        entry.skip -= 1
        continue
      }
      entry.times -= 1
      if (entry.times <= 0) this.#planned = this.#planned.filter((one) => one !== entry)
      return entry.kind
    }
    return drawn
  }

  between([low, high]: readonly [number, number]): number {
    return Math.round(low + this.#random() * (high - low))
  }

  #drawn(): Misfortune | null {
    let left = this.#random()
    for (const kind of misfortunes) {
      left -= this.settings.rates[kind] ?? 0
      if (left < 0) return kind
    }
    return null
  }
}
