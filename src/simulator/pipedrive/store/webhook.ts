/** One webhook: what it asked for, and how its deliveries have been going. */
import { type ObjectName, objects } from '../wire/objects.ts'

export const eventActions = ['create', 'change', 'delete'] as const
export type EventAction = (typeof eventActions)[number]

/** Those that can be asked for; of some nothing is kept here, so nothing ever comes. */
export const eventObjects = [
  ...objects,
  'deal_product',
  'deal_installment',
  'board',
  'phase',
  'project',
  'task',
] as const

export interface Webhook {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly action: EventAction | '*'
  readonly object: string
  /** Whose rights decide what it sees. */
  readonly userId: string
  /** Who made it. */
  readonly ownerId: string
  readonly type: 'general' | 'application'
  readonly authUser: string | null
  readonly authPassword: string | null
  readonly addedAt: number
  readonly lastDeliveryAt: number | null
  readonly lastStatus: number | null
  /** Since when every delivery has failed; null while they succeed. */
  readonly failingSince: number | null
  /** First attempts that failed since the last ban. */
  readonly failures: number
  readonly bannedUntil: number | null
  readonly removedAt: number | null
  readonly removeReason: string | null
}

/** What the API sets; the rest is how it goes. */
export type NewWebhook = Pick<
  Webhook,
  | 'id'
  | 'name'
  | 'url'
  | 'action'
  | 'object'
  | 'userId'
  | 'ownerId'
  | 'type'
  | 'authUser'
  | 'authPassword'
  | 'addedAt'
>

export function newWebhook(given: NewWebhook): Webhook {
  return {
    ...given,
    lastDeliveryAt: null,
    lastStatus: null,
    failingSince: null,
    failures: 0,
    bannedUntil: null,
    removedAt: null,
    removeReason: null,
  }
}

export function concerns(webhook: Webhook, object: ObjectName, action: EventAction): boolean {
  if (webhook.removedAt !== null) return false
  if (webhook.action !== '*' && webhook.action !== action) return false
  return webhook.object === '*' || webhook.object === object
}

const failuresToBan = 10
const banMs = 30 * 60_000
const patienceMs = 3 * 86_400_000

/** After a delivery that was answered with 2xx. */
export function afterSuccess(webhook: Webhook, status: number, at: number): Webhook {
  return { ...webhook, lastDeliveryAt: at, lastStatus: status, failingSince: null }
}

/** Only first attempts count towards a ban, and a ban starts the count again. */
export function afterFailure(
  webhook: Webhook,
  status: number | null,
  at: number,
  isFirst: boolean,
): Webhook {
  const failures = webhook.failures + (isFirst ? 1 : 0)
  const isTooMany = failures >= failuresToBan
  return {
    ...webhook,
    lastStatus: status,
    failingSince: webhook.failingSince ?? at,
    failures: isTooMany ? 0 : failures,
    bannedUntil: isTooMany ? at + banMs : webhook.bannedUntil,
  }
}

export function isBanned({ bannedUntil }: Webhook, at: number): boolean {
  return bannedUntil !== null && at < bannedUntil
}

/** When it is deleted, unless a delivery succeeds before. */
export function removalTime({ failingSince, removedAt }: Webhook): number | null {
  return failingSince === null || removedAt !== null ? null : failingSince + patienceMs
}

export function removed(webhook: Webhook, at: number, reason: string): Webhook {
  return { ...webhook, removedAt: at, removeReason: reason }
}
