/** The local Pipedrive as the driver works with it: over HTTP, by its API and by the door that only a local CRM has. */
import type { Json, JsonObject } from '../../src/simulator/json.ts'
import type { DeliverySettings } from '../../src/simulator/pipedrive/webhooks/delivery-luck.ts'
import type { Edit } from '../../src/simulator/pipedrive/writes/edit.ts'
import type { Company } from './company.ts'

export interface LocalCrm {
  /** Gives the id of the record that was made, changed, or survived. */
  perform(edit: Edit, by: 'person' | 'api'): Promise<number>
  /** Moves the CRM's clock, and gives its time. */
  advance(ms: number): Promise<number>
  /** Puts the company in, and lifts the limits, which the driver's own requests would count in. */
  prepare(company: Company, deliveries: Partial<DeliverySettings>): Promise<void>
  /** Webhooks for every change of the objects that are pulled. */
  subscribe(receiver: Receiver): Promise<void>
  /** Deliveries that wait for their time, and those under way. */
  deliveries(): Promise<{ readonly waiting: number; readonly inFlight: number }>
}

export interface Receiver {
  readonly url: string
  readonly user: string
  readonly password: string
}

const pulled = ['deal', 'organization', 'person', 'user', 'pipeline', 'stage']
const paths: Readonly<Record<string, string>> = {
  deal: '/api/v2/deals',
  person: '/api/v2/persons',
  organization: '/api/v2/organizations',
}

export function localCrm(url: string, token: string): LocalCrm {
  const send = async (method: string, path: string, body: object | null): Promise<JsonObject> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'x-api-token': token, 'content-type': 'application/json' },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    const answer: JsonObject = JSON.parse(text)
    return answer
  }
  const door = (action: string, body: object): Promise<JsonObject> =>
    send('POST', `/_local/${action}`, body)
  return {
    perform: async (edit, by) => {
      const request = by === 'api' ? requestOf(edit) : null
      if (request === null) return idIn(await door('edit', edit))
      const answer = await send(request.method, request.path, request.body)
      return idIn(answer['data'] ?? null)
    },
    advance: async (ms) => Number((await door('advance', { ms }))['now']),
    prepare: async ({ fields, records }, deliveries) => {
      await door('settings', { limits: 'none', deliveries })
      await door('seed', { fields, records })
    },
    subscribe: async ({ url: address, user, password }) => {
      for (const event_object of pulled) {
        await send('POST', '/api/v1/webhooks', {
          subscription_url: address,
          event_action: '*',
          event_object,
          name: `${event_object} to the warehouse`,
          http_auth_user: user,
          http_auth_password: password,
        })
      }
    },
    deliveries: async () => {
      const { waiting, inFlight } = await send('GET', '/_local/deliveries', null)
      return { waiting: Number(waiting), inFlight: Number(inFlight) }
    },
  }
}

/** Null for what only a person does, in Pipedrive's own pages. */
function requestOf(edit: Edit): {
  readonly method: string
  readonly path: string
  readonly body: object | null
} | null {
  const path = paths[edit.object]
  if (path === undefined) return null
  switch (edit.kind) {
    case 'create':
      return { method: 'POST', path, body: edit.values }
    case 'update':
      return { method: 'PATCH', path: `${path}/${edit.id}`, body: edit.values }
    case 'delete':
      return { method: 'DELETE', path: `${path}/${edit.id}`, body: null }
    case 'touch':
    case 'restore':
    case 'purge':
    case 'merge':
      return null
    default:
      return edit satisfies never
  }
}

function idIn(answer: Json): number {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : null
  return Number(id)
}
