/** A local HubSpot under a clock that only the test moves, and a caller that speaks JSON. */
import { createHubSpot } from './hubspot.ts'
import { isJsonObject } from '../json.ts'
import { parseBody } from './wire/json.ts'
import type { Json, JsonObject } from '../json.ts'
import { noLimits } from './request/rate-limits.ts'
import type { HubSpotOptions, HubSpotSimulator } from './simulator.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Empty where there is no body. */
  readonly body: JsonObject
  readonly results: readonly JsonObject[]
}

export interface OpenLocal {
  readonly hubspot: HubSpotSimulator
  /** `call('POST /crm/v3/objects/contacts', { properties: {} })` */
  call(methodAndUrl: string, body?: Json, token?: string): Answer
  /** Creates a record and returns its id. */
  create(object: string, properties: Readonly<Record<string, string>>): string
  /** The stored properties of a record, through a read of these names. */
  read(object: string, id: string, ...names: string[]): JsonObject
  advance(ms: number): void
  now(): number
}

export const startOfTest = Date.parse('2026-03-10T12:00:00.000Z')

export function openLocal(options: HubSpotOptions = {}): OpenLocal {
  let now = startOfTest
  const hubspot = createHubSpot({ limits: noLimits, now: () => now, ...options })
  const call: OpenLocal['call'] = (methodAndUrl, body, token = 'pat-local') => {
    const space = methodAndUrl.indexOf(' ')
    const { response } = hubspot.handle({
      method: methodAndUrl.slice(0, space),
      url: methodAndUrl.slice(space + 1),
      headers: { authorization: `Bearer ${token}` },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const content = parseBody(response.body)
    return {
      status: response.status,
      headers: response.headers,
      body: content,
      results: objectsIn(content['results']),
    }
  }
  return {
    hubspot,
    call,
    create: (object, properties) =>
      textOf(call(`POST /crm/v3/objects/${object}`, { properties }).body['id']),
    read: (object, id, ...names) => {
      const query = names.map((name) => `properties=${name}`).join('&')
      const properties = call(`GET /crm/v3/objects/${object}/${id}?${query}`).body['properties']
      return isJsonObject(properties) ? properties : {}
    },
    advance: (ms) => {
      now += ms
    },
    now: () => now,
  }
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: Json) => isJsonObject(item)) : []
}

export function idsIn(objects: readonly JsonObject[]): readonly string[] {
  return objects.map(({ id }) => textOf(id))
}

/** A text or number of an answer, as text; fails where there is something else. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new Error(`neither text nor number: ${JSON.stringify(value)}`)
}
