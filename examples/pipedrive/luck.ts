/** What befalls webhooks on their way. */
import type { DeliverySettings } from '../../src/simulator/pipedrive/webhooks/delivery-luck.ts'

/** The longest that anything is late. */
export const latest = 24 * 3_600_000

/** `none`: there are no webhooks at all. */
export const lucks = {
  good: {},
  bad: {
    rates: { lost: 0.05, doubled: 0.05, late: 0.05 },
    doubledMs: [0, latest],
    lateMs: [1_000, latest],
  },
  none: null,
} as const satisfies Readonly<Record<string, Partial<DeliverySettings> | null>>

export type Luck = keyof typeof lucks
