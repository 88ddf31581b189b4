/**
 * Events on their way to receivers: when each attempt is due, what came of it, and what a webhook
 * suffers for failing. It sends nothing itself: whoever does takes what is due and reports back.
 */
import { randomUuid } from '../../random.ts'
import type { Company, MadeWrite } from '../store/company.ts'
import type { DeliveryLuck, Misfortune } from './delivery-luck.ts'
import type { ObjectName } from '../wire/objects.ts'
import { canSee } from '../store/visibility.ts'
import {
  type EventAction,
  type Webhook,
  afterFailure,
  afterSuccess,
  concerns,
  isBanned,
  removalTime,
  removed,
} from '../store/webhook.ts'
import { type Change, type Payload, payloadOf } from './webhook-payload.ts'
import type { WriteKind } from '../store/write-log.ts'

/**
 * `lost`: by bad luck. `banned`: it happened, or was to be sent, during a ban. `removed`: its webhook
 * went before it was delivered. `given_up`: all attempts failed.
 */
export const eventFates = ['pending', 'delivered', 'lost', 'banned', 'removed', 'given_up'] as const
export type EventFate = (typeof eventFates)[number]

export interface Attempt {
  readonly copy: number
  readonly attempt: number
  readonly sentAt: number
  readonly endedAt: number
  /** Null where there was no answer, or none in time. */
  readonly status: number | null
}

/** One change for one webhook; the log knows which of them was sent, lost or doubled. */
export interface WebhookEvent {
  readonly seq: number
  /** The entry of the log that it tells of. */
  readonly write: number
  readonly at: number
  readonly webhookId: string
  readonly object: ObjectName
  readonly recordId: string
  readonly action: EventAction
  readonly payload: Payload
  readonly misfortune: Misfortune | null
  readonly fate: EventFate
  readonly attempts: readonly Attempt[]
}

/** One attempt that is to be made. */
export interface PendingDelivery {
  readonly event: number
  readonly copy: number
  readonly attempt: number
  readonly dueAt: number
}

/** An attempt to make now. */
export interface Dispatch extends PendingDelivery {
  readonly id: number
  readonly sentAt: number
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const retryAfterMs = [3000, 30_000, 150_000]

export class Deliveries {
  contactSync = false
  readonly #company: Company
  readonly #luck: DeliveryLuck
  readonly #random: () => number
  readonly #events = new Map<number, WebhookEvent>()
  readonly #inFlight = new Map<number, Dispatch>()
  readonly #keep: boolean
  #waiting: PendingDelivery[] = []
  #lastEvent = 0
  #lastDispatch = 0

  constructor(company: Company, luck: DeliveryLuck, random: () => number, keep: boolean) {
    this.#company = company
    this.#luck = luck
    this.#random = random
    this.#keep = keep
  }

  /** Makes the events of one write. */
  emit({ seq, object, kind, before, after, origin }: MadeWrite): void {
    const action = actionOf(kind)
    if (action === null || after === null) return
    const correlationId = origin.requestId ?? randomUuid(this.#random)
    const change: Change = { write: seq, object, action, before, after, origin, correlationId }
    for (const webhook of this.#company.webhooks.values()) {
      const user = this.#company.table('user').get(webhook.userId)
      if (user === null || !concerns(webhook, object, action)) continue
      if (canSee(this.#company, user, object, after)) this.#add(webhook, change)
    }
  }

  /** At most so many of what is due by `now`, oldest first; each is under way until `report` is told of it. */
  take(now: number, most: number): readonly Dispatch[] {
    const due = this.#waiting
      .filter(({ dueAt }) => dueAt <= now)
      .toSorted((a, b) => a.dueAt - b.dueAt || a.event - b.event)
      .slice(0, most)
    if (due.length === 0) return []
    const taken = new Set(due)
    this.#waiting = this.#waiting.filter((one) => !taken.has(one))
    return due.flatMap((pending) => this.#dispatch(pending, now))
  }

  /** The answer's status; null where there was none in time. */
  report(id: number, status: number | null, now: number): void {
    const dispatch = this.#inFlight.get(id)
    const event = dispatch === undefined ? undefined : this.#events.get(dispatch.event)
    if (dispatch === undefined || event === undefined) return
    this.#inFlight.delete(id)
    const { copy, attempt, sentAt } = dispatch
    const attempts = [...event.attempts, { copy, attempt, sentAt, endedAt: now, status }]
    const isGood = status !== null && status >= 200 && status < 300
    const webhook = this.#company.webhooks.get(event.webhookId)
    if (webhook !== undefined && webhook.removedAt === null) {
      this.#company.webhooks.set(
        webhook.id,
        isGood
          ? afterSuccess(webhook, status, now)
          : afterFailure(webhook, status, now, attempt === 1),
      )
    }
    if (isGood) return this.#end({ ...event, attempts }, 'delivered')
    const wait = retryAfterMs[attempt - 1]
    if (wait === undefined) return this.#end({ ...event, attempts }, 'given_up')
    this.#events.set(event.seq, { ...event, attempts })
    this.#waiting.push({ event: event.seq, copy, attempt: attempt + 1, dueAt: now + wait })
  }

  /** Deletes webhooks that have failed for too long. */
  settle(now: number): void {
    for (const webhook of this.#company.webhooks.values()) {
      const at = removalTime(webhook)
      if (at === null || at > now) continue
      const reason = 'no successful delivery in 3 days'
      this.#company.webhooks.set(webhook.id, removed(webhook, at, reason))
    }
  }

  /** When the next attempt is due; null where none is. */
  nextDue(): number | null {
    const first = this.#waiting.reduce((least, { dueAt }) => Math.min(least, dueAt), Infinity)
    return first === Infinity ? null : first
  }

  counts(): { readonly waiting: number; readonly inFlight: number } {
    return { waiting: this.#waiting.length, inFlight: this.#inFlight.size }
  }

  events(): readonly WebhookEvent[] {
    return [...this.#events.values()]
  }

  /** What is still to be sent, those under way included; for a state that is taken out. */
  pending(): { readonly events: readonly WebhookEvent[]; readonly attempts: PendingDelivery[] } {
    const underWay = [...this.#inFlight.values()].map(({ event, copy, attempt, dueAt }) => ({
      event,
      copy,
      attempt,
      dueAt,
    }))
    const attempts = [...underWay, ...this.#waiting]
    const needed = new Set(attempts.map(({ event }) => event))
    return { events: this.events().filter(({ seq }) => needed.has(seq)), attempts }
  }

  restore(events: readonly WebhookEvent[], attempts: readonly PendingDelivery[]): void {
    for (const event of events) {
      this.#events.set(event.seq, event)
      this.#lastEvent = Math.max(this.#lastEvent, event.seq)
    }
    this.#waiting.push(...attempts)
  }

  #add(webhook: Webhook, change: Change): void {
    const seq = ++this.#lastEvent
    const { write, object, action, after, origin } = change
    const { at } = origin
    const id = randomUuid(this.#random)
    const payload = payloadOf(this.#company, webhook, change, id, this.contactSync)
    const misfortune = this.#luck.draw(object)
    const event: WebhookEvent = {
      seq,
      write,
      at,
      webhookId: webhook.id,
      object,
      recordId: after.id,
      action,
      payload,
      misfortune,
      fate: 'pending',
      attempts: [],
    }
    if (isBanned(webhook, at)) return this.#end(event, 'banned')
    if (misfortune === 'lost') return this.#end(event, 'lost')
    this.#events.set(seq, event)
    const { lateMs, doubledMs } = this.#luck.settings
    const dueAt = at + (misfortune === 'late' ? this.#luck.between(lateMs) : 0)
    this.#waiting.push({ event: seq, copy: 1, attempt: 1, dueAt })
    if (misfortune !== 'doubled') return
    const again = at + this.#luck.between(doubledMs)
    this.#waiting.push({ event: seq, copy: 2, attempt: 1, dueAt: again })
  }

  #dispatch(pending: PendingDelivery, now: number): readonly Dispatch[] {
    const event = this.#events.get(pending.event)
    const webhook = this.#company.webhooks.get(event?.webhookId ?? '')
    if (event === undefined || webhook === undefined) return []
    if (webhook.removedAt !== null || isBanned(webhook, now)) {
      this.#end(event, webhook.removedAt === null ? 'banned' : 'removed')
      return []
    }
    const { payload } = event
    const body = { ...payload, meta: { ...payload.meta, attempt: pending.attempt } }
    const dispatch: Dispatch = {
      ...pending,
      id: ++this.#lastDispatch,
      sentAt: now,
      url: webhook.url,
      headers: headersOf(webhook),
      body: JSON.stringify(body),
    }
    this.#inFlight.set(dispatch.id, dispatch)
    return [dispatch]
  }

  /** What one copy has reached, no other takes away. */
  #end(event: WebhookEvent, fate: EventFate): void {
    const ended = { ...event, fate: event.fate === 'delivered' ? event.fate : fate }
    if (this.#keep) this.#events.set(event.seq, ended)
    else if (!this.#isAwaited(event.seq)) this.#events.delete(event.seq)
  }

  #isAwaited(seq: number): boolean {
    return (
      this.#waiting.some(({ event }) => event === seq) ||
      this.#inFlight.values().some(({ event }) => event === seq)
    )
  }
}

/** Pipedrive tells of a restored record as of a changed one. */
function actionOf(kind: WriteKind): EventAction | null {
  switch (kind) {
    case 'create':
      return 'create'
    case 'update':
    case 'restore':
    case 'merge':
      return 'change'
    case 'delete':
      return 'delete'
    case 'purge':
    case 'touch':
      return null
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}

function headersOf({ authUser, authPassword }: Webhook): Readonly<Record<string, string>> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'Pipedrive Webhooks' }
  if (authUser === null && authPassword === null) return headers
  const encoded = Buffer.from(`${authUser ?? ''}:${authPassword ?? ''}`).toString('base64')
  return { ...headers, authorization: `Basic ${encoded}` }
}
