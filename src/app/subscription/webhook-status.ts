/** How a pull's webhooks stand, from the state alone: as they were when the CRM was last asked. */
import { isFailing } from '../../core/subscription/decide-subscriptions.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { KeptSubscription, SubscriptionRecord } from '../../model/subscription.ts'
import { isOf, type Sync } from '../../model/sync.ts'
import { holderText } from '../run/acquire-lease.ts'
import { isGone } from '../process-name.ts'

export interface WebhookStatus {
  /** Null before the first look. */
  readonly lookedAt: number | null
  /** Who sees to them, for people; null where nobody does. */
  readonly keeper: string | null
  /** Of each object of the pull. */
  readonly objects: readonly ObjectWebhook[]
}

export interface ObjectWebhook extends Pick<KeptSubscription, 'object' | 'lastDelivery'> {
  /** The CRM's own; null where there was none. */
  readonly id: string | null
  readonly isFailing: boolean
}

/** Null for a sync without. */
export async function webhookStatus(
  ledger: Pick<Ledger, 'subscriptions'>,
  sync: Sync,
  now: number,
): Promise<WebhookStatus | null> {
  if (!isOf('pull', sync) || !sync.webhooks) return null
  const record = await recordOf(ledger, sync.crm)
  const objects = sync.objects.map((object): ObjectWebhook => {
    const found = record?.found.find((one) => one.object === object)
    if (found === undefined) return { object, id: null, lastDelivery: null, isFailing: false }
    return { ...found, isFailing: isFailing(found) }
  })
  const keeper = record === null ? null : keeperText(record, now)
  return { lookedAt: record?.lookedAt ?? null, keeper, objects }
}

/** Null where the connection's webhooks were never seen to. */
export async function recordOf(
  ledger: Pick<Ledger, 'subscriptions'>,
  connection: string,
): Promise<SubscriptionRecord | null> {
  const records = await ledger.subscriptions()
  return records.find((one) => one.connection === connection) ?? null
}

/** Who sees to them, for people; null where nobody does any more. */
export function keeperText(
  { keeper, keptUntil }: Pick<SubscriptionRecord, 'keeper' | 'keptUntil'>,
  now: number,
): string | null {
  const isKept = keeper !== null && keptUntil !== null && keptUntil > now && !isGone(keeper)
  return isKept ? holderText(keeper) : null
}
