/** What Pipedrive does with a request: caller, limits, permission, handler, in the order it checks them. */
import type { SimRequest, SimResponse } from '../exchange.ts'
import type { Api, Visit } from '../request-desk.ts'
import { Router, pathOf, queryOf } from '../router.ts'
import { ApiError, notFound, refused, unauthorized } from './wire/api-error.ts'
import type { Call } from './request/call.ts'
import type { Company } from './store/company.ts'
import { faultResponse, spoiled } from './request/fault-response.ts'
import type { Fault, Faults } from './request/faults.ts'
import type { Operation } from './request/operations.ts'
import type { Demand, RateLimits } from './request/rate-limits.ts'
import { errorResponse, jsonResponse } from './wire/response.ts'
import type { Match, Route } from './request/route.ts'
import { routes } from './routes/routes.ts'
import { requireScope } from './request/scopes.ts'
import type { PipedriveSettings } from './simulator.ts'
import type { Caller } from './store/tokens.ts'
import { isActive } from './routes/user-routes.ts'

const router = new Router(routes)

export interface ApiParts {
  readonly company: Company
  readonly limits: RateLimits
  readonly faults: Faults
  readonly settings: () => PipedriveSettings
  /** What happens by itself until `now`. */
  readonly settle: (now: number) => void
}

type Request = Visit<Route, Fault['kind']>

/** The caller is null where it need not be known. */
export class PipedriveApi implements Api<Route, Fault['kind'], Operation, Caller | null> {
  readonly #parts: ApiParts

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  find({ method, url }: SimRequest): Match | null {
    return router.find(method, pathOf(url))
  }

  astray({ method, url }: SimRequest, _requestId: string, now: number): SimResponse {
    const known = router.methods(pathOf(url)).length > 0
    const error = known ? refused(405, `Method ${method} is not allowed`) : notFound('Endpoint')
    return errorResponse(error, now, {})
  }

  objectOf({ route }: Match): string | null {
    return route.object
  }

  admit({ request, match, now, headers }: Request): Caller | null {
    const { company, limits } = this.#parts
    const { route } = match
    if (route.open) return null
    const query = new URLSearchParams(queryOf(request.url))
    const caller = company.tokens.authenticate(request.headers, query, now)
    const user = company.table('user').get(caller.userId)
    if (user === null || !isActive(user)) throw unauthorized()
    limits.admit(caller, demandOf(route), now, headers)
    requireScope(caller, route.scope)
    requireJson(request)
    return caller
  }

  perform(
    { request, match, requestId, now, headers }: Request,
    caller: Caller | null,
  ): SimResponse {
    const { company, limits, settings } = this.#parts
    const host = request.headers['host']
    const call: Call = {
      company,
      now,
      origin: { at: now, source: 'api', requestId, userId: caller?.userId ?? null },
      params: match.params,
      query: new URLSearchParams(queryOf(request.url)),
      headers: request.headers,
      body: request.body,
      base: host === undefined ? `https://${company.domain}.pipedrive.com` : `http://${host}`,
      behaviour: settings().behaviour,
      user: caller === null ? null : company.table('user').get(caller.userId),
      limits,
      object: match.route.object,
    }
    const { status, body, headers: own } = match.route.handle(call)
    return jsonResponse(status, body, now, { ...headers, ...own })
  }

  refusal(error: unknown, { now, headers }: Request): SimResponse | null {
    return error instanceof ApiError ? errorResponse(error, now, headers) : null
  }

  faulty(fault: Fault, { now, headers, match }: Request, caller: Caller | null): SimResponse {
    const { company, limits, faults } = this.#parts
    return faultResponse(fault, {
      now,
      headers,
      caller,
      demand: demandOf(match.route),
      limits,
      tokens: company.tokens,
      random: faults.random,
    })
  }

  spoiled(response: SimResponse, fault: Fault): SimResponse {
    return spoiled(response, fault, this.#parts.faults.random)
  }

  settle(now: number): void {
    this.#parts.settle(now)
  }
}

function demandOf({ limit, cost, method }: Route): Demand {
  return { limit, cost, method }
}

/** A body that says it is something else is not looked into. */
function requireJson({ headers, body }: SimRequest): void {
  const type = headers['content-type']
  if (body === null || body === '' || type === undefined) return
  if (!type.startsWith('application/json')) throw refused(415, `Unsupported media type: ${type}`)
}
