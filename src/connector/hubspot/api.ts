/** What every file of this connector works with: the client, its budgets, and how requests are made. */
import { RequestFailure } from '../connector.ts'
import type { Budget } from '../http/budget.ts'
import type { ApiClient, Effect } from '../http/client.ts'
import { isObject, type Json, objectsIn, parseJson, unreadable } from '../http/json.ts'
import type { HttpRequest, HttpResponse } from '../http/transport.ts'

export interface HubSpotApi {
  readonly client: ApiClient
  readonly burst: Budget
  /** Per account, so the account must be known first. */
  search(): Promise<Budget>
  readonly associations: Budget
  /** The id or name the API takes for an object; custom objects are found by any of their names. */
  typeOf(object: string): Promise<string>
  /** Uniform in [0, 1). */
  random(): number
}

export interface JsonRequest {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly endpoint: string
  readonly body?: unknown
  readonly effect: Effect
  readonly signal?: AbortSignal | undefined
  readonly beforeSend?: (() => void) | undefined
}

/** A request under the burst limit, and under `narrower` where one is given; the answer is an object. */
export function sendJson(api: HubSpotApi, request: JsonRequest, narrower?: Budget): Promise<Json> {
  return api.client.call({
    ...request,
    budgets: narrower === undefined ? [api.burst] : [narrower, api.burst],
    corrected: api.burst,
    parse: jsonBody,
  })
}

/** A 2xx without a JSON object says nothing of what was done. */
export function jsonBody(response: HttpResponse): Json {
  const body = parseJson(response.body)
  if (isObject(body)) return body
  const id = response.headers['x-hubspot-correlation-id'] ?? null
  throw unreadable('HubSpot', response, 'a JSON object', id)
}

/** A 2xx object whose `results` is not a list is as unreadable as one that isn't JSON. */
export function resultsBody(response: HttpResponse): Json {
  const body = jsonBody(response)
  if (Array.isArray(body['results'])) return body
  throw new RequestFailure({
    kind: 'unknown',
    status: response.status,
    reason: 'unreadable',
    message: `HubSpot answered ${response.status} without results`,
    correlationId: response.headers['x-hubspot-correlation-id'] ?? null,
  })
}

/** GETs a list that comes in pages of `after`, whole. */
export async function listAll(
  api: HubSpotApi,
  path: string,
  endpoint: string,
): Promise<readonly Json[]> {
  const results: Json[] = []
  let after: string | null = null
  do {
    const join = path.includes('?') ? '&' : '?'
    const page: string = after === null ? '' : `${join}after=${encodeURIComponent(after)}`
    const request = { method: 'GET', path: `${path}${page}`, endpoint, effect: 'read' } as const
    const body: Json = await api.client.call({
      ...request,
      budgets: [api.burst],
      corrected: api.burst,
      parse: resultsBody,
    })
    results.push(...objectsIn(body, 'results'))
    after = nextAfter(body)
  } while (after !== null)
  return results
}

/** The cursor of the next page; null on the last one, where `paging` is absent. */
export function nextAfter(body: Json): string | null {
  const paging = body['paging']
  const next = isObject(paging) ? paging['next'] : null
  const after = isObject(next) ? next['after'] : null
  return typeof after === 'string' || typeof after === 'number' ? String(after) : null
}

/** Ids are texts in the contract; some answers carry numbers. */
export function idIn(body: Json, name: string): string | null {
  const id = body[name]
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null
}

export function objectPath(type: string): string {
  return `/crm/v3/objects/${encodeURIComponent(type)}`
}
