/** Webhooks are made, listed and deleted through the first version, whatever they send. */
import { invalid, notFound } from '../wire/api-error.ts'
import { type Call, type Reply, ok, param, userOf } from '../request/call.ts'
import type { JsonObject } from '../../json.ts'
import { parseBody } from '../wire/json.ts'
import { spacedTime } from '../wire/times.ts'
import { number, text } from '../store/values.ts'
import { type Webhook, eventActions, eventObjects, newWebhook, removed } from '../store/webhook.ts'
import type { Ok, WireWebhook } from '../wire/wire.ts'

const mostPerUser = 40
const longestName = 255

export function listWebhooks(call: Call): Reply<Ok<readonly WireWebhook[]>> {
  return ok(activeWebhooks(call).map((webhook) => viewWebhook(call, webhook)))
}

export function createWebhook(call: Call): Reply<Ok<WireWebhook>> {
  const body = parseBody(call.body)
  requireValid(call, body)
  const owner = userOf(call)
  const webhook = newWebhook({
    id: call.company.newId('webhook'),
    name: text(body, 'name') ?? '',
    url: text(body, 'subscription_url') ?? '',
    action: eventActions.find((one) => one === body['event_action']) ?? '*',
    object: text(body, 'event_object') ?? '*',
    userId: String(number(body, 'user_id') ?? owner.id),
    ownerId: owner.id,
    type: 'general',
    authUser: text(body, 'http_auth_user'),
    authPassword: text(body, 'http_auth_password'),
    addedAt: call.now,
  })
  call.company.webhooks.set(webhook.id, webhook)
  return { ...ok(viewWebhook(call, webhook)), status: 201 }
}

export function deleteWebhook(call: Call): Reply<{ readonly success: true }> {
  const webhook = activeWebhooks(call).find(({ id }) => id === param(call, 'id'))
  if (webhook === undefined) throw notFound('Webhook')
  call.company.webhooks.set(webhook.id, removed(webhook, call.now, 'deleted by the user'))
  return { status: 200, body: { success: true } }
}

function activeWebhooks({ company }: Call): readonly Webhook[] {
  return [...company.webhooks.values()].filter(({ removedAt }) => removedAt === null)
}

function viewWebhook({ company }: Call, webhook: Webhook): WireWebhook {
  const time = (at: number | null) => (at === null ? null : spacedTime(at))
  return {
    id: Number(webhook.id),
    company_id: company.id,
    owner_id: Number(webhook.ownerId),
    user_id: Number(webhook.userId),
    event_action: webhook.action,
    event_object: webhook.object,
    subscription_url: webhook.url,
    version: '2.0',
    is_active: webhook.removedAt === null ? 1 : 0,
    add_time: spacedTime(webhook.addedAt),
    remove_time: time(webhook.removedAt),
    type: webhook.type,
    http_auth_user: webhook.authUser,
    http_auth_password: webhook.authPassword,
    remove_reason: webhook.removeReason,
    last_delivery_time: time(webhook.lastDeliveryAt),
    last_http_status: webhook.lastStatus,
    admin_id: Number(webhook.ownerId),
    name: webhook.name,
  }
}

/** Collects all that is wrong before it refuses. */
function requireValid(call: Call, body: JsonObject): void {
  const errors: Record<string, readonly string[]> = {}
  const check = (name: string, problem: string | null) => {
    if (problem !== null) errors[name] = [problem]
  }
  check('subscription_url', urlProblem(call, text(body, 'subscription_url') ?? ''))
  check('event_action', oneOf(body, 'event_action', [...eventActions, '*']))
  check('event_object', oneOf(body, 'event_object', [...eventObjects, '*']))
  check('name', nameProblem(text(body, 'name') ?? ''))
  check('user_id', userProblem(call, body))
  check('version', versionProblem(body))
  for (const name of ['http_auth_user', 'http_auth_password']) {
    const given = body[name] ?? null
    check(name, given === null || typeof given === 'string' ? null : `${name} must be a string`)
  }
  if (Object.keys(errors).length > 0) throw invalid(errors)
}

/** Public addresses have TLS; on this machine a receiver does without. */
function urlProblem({ base }: Call, url: string): string | null {
  if (!URL.canParse(url)) return 'subscription_url must be a valid URL'
  const { protocol, hostname, origin } = new URL(url)
  const isLocal = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !isLocal) return 'subscription_url must be an HTTPS URL'
  const isOwn = origin === base || hostname.endsWith('.pipedrive.com')
  return isOwn ? 'subscription_url can not be an endpoint of the API' : null
}

function oneOf(body: JsonObject, name: string, allowed: readonly string[]): string | null {
  const given = text(body, name)
  if (given !== null && allowed.includes(given)) return null
  return `${name} must be one of ${allowed.join(', ')}`
}

function nameProblem(name: string): string | null {
  if (name.trim() === '') return 'name is required'
  return name.length > longestName ? `name must have at most ${longestName} characters` : null
}

function userProblem(call: Call, body: JsonObject): string | null {
  const given = body['user_id'] ?? null
  const id = given === null ? userOf(call).id : String(number(body, 'user_id'))
  if (call.company.table('user').active(id) === null) return `there is no user ${id}`
  const own = activeWebhooks(call).filter(({ userId }) => userId === id)
  return own.length >= mostPerUser ? `a user has at most ${mostPerUser} webhooks` : null
}

function versionProblem(body: JsonObject): string | null {
  const version = body['version'] ?? '2.0'
  return version === '2.0' ? null : 'only version 2.0 is served here'
}
