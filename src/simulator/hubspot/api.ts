/** What HubSpot does with a request: caller, limits, permission, handler, in the order it checks them. */
import type { SimRequest, SimResponse } from '../exchange.ts'
import type { Api, Visit } from '../request-desk.ts'
import { Router, pathOf, queryOf } from '../router.ts'
import { ApiError } from './wire/api-error.ts'
import type { Call } from './request/call.ts'
import { faultResponse, spoiled } from './request/fault-response.ts'
import { type Fault, type Faults, sabotageOf } from './request/faults.ts'
import type { Operation } from './request/operations.ts'
import type { Portal } from './store/portal.ts'
import type { RateLimits } from './request/rate-limits.ts'
import { emptyResponse, errorResponse, jsonResponse } from './wire/response.ts'
import type { Match, Route } from './request/route.ts'
import { routes } from './routes/routes.ts'
import { requireScopes } from './request/scopes.ts'
import type { HubSpotSettings } from './simulator.ts'
import type { Caller } from './store/tokens.ts'

const router = new Router(routes)
const longestUrl = 16_384

export interface ApiParts {
  readonly portal: Portal
  readonly limits: RateLimits
  readonly faults: Faults
  readonly settings: () => HubSpotSettings
  readonly orderRandom: () => number
}

type Request = Visit<Route, Fault['kind']>

/** The caller is null where it need not be known. */
export class HubSpotApi implements Api<Route, Fault['kind'], Operation, Caller | null> {
  readonly #parts: ApiParts

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  find({ method, url }: SimRequest): Match | null {
    return router.find(method, pathOf(url))
  }

  astray({ method, url }: SimRequest, requestId: string, now: number): SimResponse {
    const message = `No such endpoint: ${method} ${pathOf(url)}`
    return errorResponse(new ApiError(404, { message }), requestId, now, {})
  }

  objectOf({ params }: Match): string | null {
    return this.#parts.portal.types.find(params['type'] ?? '')?.id ?? null
  }

  admit({ request, match, now, headers }: Request): Caller | null {
    const { portal, limits } = this.#parts
    if (request.url.length > longestUrl) throw new ApiError(414, { message: 'URI Too Long' })
    const { route, params } = match
    if (route.open) return null
    const caller = portal.tokens.authenticate(request.headers['authorization'], now)
    Object.assign(headers, limits.admit(caller, route.limit, now))
    const names = [params['type'], params['to']].flatMap((name) => name ?? [])
    requireScopes(caller, route.scope, () => names.map((name) => portal.types.get(name)))
    return caller
  }

  perform(
    { request, match, requestId, now, fault, headers }: Request,
    caller: Caller | null,
  ): SimResponse {
    const { portal, limits, settings, orderRandom } = this.#parts
    const host = request.headers['host']
    const call: Call = {
      portal,
      now,
      origin: { at: now, source: 'api', requestId },
      params: match.params,
      query: new URLSearchParams(queryOf(request.url)),
      path: pathOf(request.url),
      body: request.body,
      base: host === undefined ? 'https://api.hubapi.com' : `http://${host}`,
      behaviour: settings().behaviour,
      sabotage: sabotageOf(fault),
      random: orderRandom,
      caller,
      limits,
    }
    const { status, body } = match.route.handle(call)
    return body === null
      ? emptyResponse(status, requestId, now, headers)
      : jsonResponse(status, body, requestId, now, headers)
  }

  refusal(error: unknown, { requestId, now, headers }: Request): SimResponse | null {
    return error instanceof ApiError ? errorResponse(error, requestId, now, headers) : null
  }

  faulty(
    fault: Fault,
    { now, requestId, headers, match }: Request,
    caller: Caller | null,
  ): SimResponse {
    const { portal, limits, faults, settings } = this.#parts
    return faultResponse(fault, {
      now,
      requestId,
      headers,
      caller,
      limits,
      limitClass: match.route.limit,
      tokens: portal.tokens,
      retryAfterSeconds: settings().faults.retryAfterSeconds,
      random: faults.random,
    })
  }

  spoiled(response: SimResponse, fault: Fault): SimResponse {
    return spoiled(response, fault, this.#parts.faults.random)
  }
}
