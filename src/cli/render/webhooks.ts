/** The webhooks of a pull, as they were when the CRM was last asked. */
import type { ObjectWebhook, WebhookStatus } from '../../app/subscription/webhook-status.ts'
import { time } from './runs.ts'

/** None for a sync without. */
export function webhooksLines(webhooks: WebhookStatus | null): readonly string[] {
  if (webhooks === null) return []
  const { keeper, lookedAt, objects } = webhooks
  if (lookedAt === null) return ['  webhooks: none yet, `syncline serve` makes them']
  const there = objects.filter(({ id }) => id !== null).map(({ object }) => object)
  const kept = keeper === null ? 'nobody sees to them: start `syncline serve`' : `kept by ${keeper}`
  return [
    `  webhooks of ${there.join(', ') || 'nothing'} at ${time(lookedAt)}, ${kept}`,
    ...objects.flatMap(troubleOf),
  ]
}

function troubleOf({ object, id, isFailing, lastDelivery }: ObjectWebhook): readonly string[] {
  if (id === null) return [`  no webhook of ${object}`]
  if (!isFailing) return []
  return [`  the last webhook of ${object} failed (${lastDelivery?.status ?? 'no answer'})`]
}

export function webhooksJson(
  webhooks: WebhookStatus | null,
): Readonly<Record<string, unknown>> | null {
  if (webhooks === null) return null
  const { keeper, lookedAt, objects } = webhooks
  return {
    looked_at: lookedAt === null ? null : time(lookedAt),
    keeper,
    objects: objects.map(({ object, id, isFailing, lastDelivery }) => ({
      object,
      id,
      failing: isFailing,
      last_delivery: lastDelivery,
    })),
  }
}
