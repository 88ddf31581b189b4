/** Takes a request in: route, fault, caller, limits, permission, handler, in the order HubSpot checks them. */
import { ApiError } from './api-error.ts'
import type { Call } from './call.ts'
import type { SimRequest, SimResponse, SimResult } from '../exchange.ts'
import { faultResponse, isEarly, spoiled } from './fault-response.ts'
import { sabotageOf } from './faults.ts'
import type { Fault, FaultEvent, Faults } from './faults.ts'
import type { Portal } from './portal.ts'
import { randomUuid } from '../random.ts'
import type { RateLimits } from './rate-limits.ts'
import { emptyResponse, errorResponse, jsonResponse } from './response.ts'
import { Router, pathOf, queryOf } from '../router.ts'
import type { Match } from './route.ts'
import { routes } from './routes.ts'
import { requireScopes } from './scopes.ts'
import type { HubSpotSettings } from './simulator.ts'
import type { Caller } from './tokens.ts'

const router = new Router(routes)
const longestUrl = 16_384

export interface DeskParts {
  readonly portal: Portal
  readonly limits: RateLimits
  readonly faults: Faults
  readonly settings: () => HubSpotSettings
  readonly idRandom: () => number
  readonly orderRandom: () => number
}

/** One request on its way. */
interface Visit {
  readonly request: SimRequest
  readonly match: Match
  readonly requestId: string
  readonly now: number
  readonly fault: Fault | null
  readonly note: (kind: FaultEvent['kind'], applied: boolean) => void
}

export class RequestDesk {
  readonly calls = new Map<string, number>()
  readonly #parts: DeskParts
  #late: Visit[] = []

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  handle(request: SimRequest, now: number): SimResult {
    this.settle(now)
    const { faults, portal, idRandom } = this.#parts
    const requestId = randomUuid(idRandom)
    const path = pathOf(request.url)
    const match = router.find(request.method, path)
    if (match === null) {
      const error = new ApiError(404, { message: `No such endpoint: ${request.method} ${path}` })
      return { response: errorResponse(error, requestId, now, {}), delayMs: 0, connection: 'ok' }
    }
    const { operation } = match.route
    const object = portal.types.find(match.params['type'] ?? '')?.id ?? null
    const note = (kind: FaultEvent['kind'], applied: boolean) =>
      faults.record({ at: now, kind, operation, object, requestId, applied })
    const latency = faults.latency(operation)
    if (latency !== null) note('latency', true)
    const delayMs = latency ?? 0
    const fault = faults.draw(operation)
    if (fault?.kind === 'drop_before') {
      note(fault.kind, false)
      return { response: emptyResponse(0), delayMs, connection: fault.kind }
    }
    this.#count(object === null ? operation : `${operation} ${object}`)
    const response = this.#admit({ request, match, requestId, now, fault, note })
    const dies = fault?.kind === 'drop_after' || fault?.kind === 'apply_late'
    return { response, delayMs, connection: dies ? fault.kind : 'ok' }
  }

  /** Applies the late requests that are due at `now`, each at its own time. */
  settle(now: number): void {
    if (this.#late.length === 0) return
    const due = this.#late.filter((visit) => visit.now <= now).toSorted((a, b) => a.now - b.now)
    this.#late = this.#late.filter((visit) => visit.now > now)
    for (const visit of due) this.#run(visit, null, {})
  }

  #count(name: string): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1)
  }

  #admit(visit: Visit): SimResponse {
    const { request, match, requestId, now, fault, note } = visit
    const { portal, limits, faults } = this.#parts
    let headers: Readonly<Record<string, string>> = {}
    try {
      if (request.url.length > longestUrl) throw new ApiError(414, { message: 'URI Too Long' })
      const { route, params } = match
      const header = request.headers['authorization']
      const caller = route.open ? null : portal.tokens.authenticate(header, now)
      if (caller !== null) {
        headers = limits.admit(caller, route.limit, now)
        const names = [params['type'], params['to']].flatMap((name) => name ?? [])
        requireScopes(caller, route.scope, () => names.map((name) => portal.types.get(name)))
      }
      if (fault === null) return this.#run(visit, caller, headers)
      note(fault.kind, fault.applied)
      if (!isEarly(fault)) return spoiled(this.#run(visit, caller, headers), fault, faults.random)
      if (fault.kind === 'apply_late') this.#postpone(visit)
      return this.#refuse(visit, fault, caller, headers)
    } catch (error) {
      if (error instanceof ApiError) return errorResponse(error, requestId, now, headers)
      throw error
    }
  }

  #postpone(visit: Visit): void {
    const { faults, settings } = this.#parts
    const delay = faults.between(settings().faults.lateMs)
    this.#late.push({ ...visit, fault: null, now: visit.now + delay })
  }

  #refuse(
    { requestId, now, match }: Visit,
    fault: Fault,
    caller: Caller | null,
    headers: Readonly<Record<string, string>>,
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

  #run(
    { request, match, requestId, now, fault }: Visit,
    caller: Caller | null,
    headers: Readonly<Record<string, string>>,
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
    try {
      const { status, body } = match.route.handle(call)
      return body === null
        ? emptyResponse(status, requestId, now, headers)
        : jsonResponse(status, body, requestId, now, headers)
    } catch (error) {
      if (error instanceof ApiError) return errorResponse(error, requestId, now, headers)
      throw error
    }
  }
}
