/** What Salesforce does with a request: session, limits, handler, in the order it checks them. */
import type { SimRequest, SimResponse } from '../exchange.ts'
import type { Api, Visit } from '../request-desk.ts'
import { type Match, Router, pathOf, queryOf } from '../router.ts'
import {
  ApiError,
  OAuthError,
  apiDisabled,
  apiPaused,
  invalidSession,
  notFound,
  refused,
} from './wire/api-error.ts'
import type { ApiLimits } from './request/api-limits.ts'
import type { JobRunner } from './bulk/job-runner.ts'
import type { Call, SubRequest, SubResponse } from './request/call.ts'
import { Cursors } from './request/cursors.ts'
import { faultResponse, spoiled } from './request/fault-response.ts'
import { type Fault, type Faults, sabotageOf } from './request/faults.ts'
import { parseExactJson } from './wire/json.ts'
import { isBulk, type Operation } from './request/operations.ts'
import type { Org } from './store/org.ts'
import { apiVersions } from './routes/org-routes.ts'
import {
  csvResponse,
  emptyResponse,
  errorResponse,
  jsonResponse,
  oauthErrorResponse,
} from './wire/response.ts'
import type { Route } from './request/route.ts'
import { routes } from './routes/routes.ts'
import type { Session } from './store/sessions.ts'

const router = new Router(routes)
const longestUrl = 16_384

export interface ApiParts {
  readonly org: Org
  readonly limits: ApiLimits
  readonly faults: Faults
  readonly runner: JobRunner
}

type Request = Visit<Route, Fault['kind']>

/** The session is null where none is needed. */
export class SalesforceApi implements Api<Route, Fault['kind'], Operation, Session | null> {
  readonly #parts: ApiParts
  readonly #cursors = new Cursors()

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  find({ method, url }: SimRequest): Match<Route> | null {
    const match = router.find(method, pathOf(url))
    return match === null || isVersion(match.params['version']) ? match : null
  }

  astray(request: SimRequest): SimResponse {
    return astray(request)
  }

  objectOf({ params }: Match<Route>): string | null {
    return this.#parts.org.findType(params['type'] ?? '')?.name ?? null
  }

  admit({ request, match, now, delayMs, headers }: Request): Session | null {
    const { limits, org } = this.#parts
    if (request.url.length > longestUrl) throw refused('URI_TOO_LONG', 'URI Too Long', [], 414)
    if (match.route.open) return null
    const session = this.#session(request, now)
    if (!org.apiEnabled) throw apiDisabled()
    if (org.apiPaused) throw apiPaused()
    Object.assign(headers, limits.admit(now, delayMs))
    return session
  }

  perform(visit: Request, session: Session | null): SimResponse {
    const { status, body, csv, ...own } = visit.match.route.handle(this.#call(visit, session))
    const all = { ...visit.headers, ...own.headers }
    if (csv !== undefined) return csvResponse(status, csv, all)
    return body === null ? emptyResponse(status, all) : jsonResponse(status, body, all)
  }

  refusal(error: unknown, { headers }: Pick<Request, 'headers'>): SimResponse | null {
    if (error instanceof ApiError) return errorResponse(error, headers)
    return error instanceof OAuthError ? oauthErrorResponse(error) : null
  }

  faulty(fault: Fault, { headers }: Request, session: Session | null): SimResponse {
    const { faults, org } = this.#parts
    if (fault.kind === 'expired_session' && session !== null) org.sessions.expire(session.token)
    return faultResponse(fault, headers, faults.random)
  }

  spoiled(response: SimResponse, fault: Fault): SimResponse {
    return spoiled(response, fault, this.#parts.faults.random)
  }

  /** Processes the Bulk batches whose time has come. */
  settle(now: number): void {
    this.#parts.runner.settle(now)
  }

  #session({ headers }: SimRequest, now: number): Session {
    const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? ''
    const session = this.#parts.org.sessions.use(token, now)
    if (session === null) throw invalidSession()
    return session
  }

  #answer(visit: Request, session: Session | null): SimResponse {
    try {
      return this.perform(visit, session)
    } catch (error) {
      const response = this.refusal(error, visit)
      if (response === null) throw error
      return response
    }
  }

  /** A request inside another: the same session, moment and id, no fault of its own. */
  #dispatch(inner: SubRequest, visit: Request, session: Session | null): SubResponse {
    const body = inner.body === null ? null : JSON.stringify(inner.body)
    const request = { ...visit.request, method: inner.method, url: inner.url, body }
    const match = router.find(inner.method, pathOf(inner.url))
    const response =
      match !== null && isComposable(match)
        ? this.#answer({ ...visit, request, match, fault: null, headers: {} }, session)
        : astray(request)
    const text = response.body
    return {
      status: response.status,
      headers: {},
      body: text === '' ? null : parseExactJson(text),
    }
  }

  #call(visit: Request, session: Session | null): Call {
    const { request, match, requestId, now, fault } = visit
    const { org, limits, faults, runner } = this.#parts
    const host = request.headers['host']
    const userId = session?.userId ?? ''
    const client = /client=([^,;\s]+)/i.exec(request.headers['sforce-call-options'] ?? '')?.[1]
    return {
      org,
      now,
      origin: { at: now, source: 'api', requestId, userId, client: client ?? null },
      permissions: org.permissionsOf(userId),
      params: match.params,
      query: new URLSearchParams(queryOf(request.url)),
      headers: request.headers,
      body: request.body,
      base: host === undefined ? 'https://local.my.salesforce.com' : `http://${host}`,
      sabotage: sabotageOf(fault),
      random: faults.random,
      limits,
      cursors: this.#cursors,
      runner,
      dispatch: (inner) => this.#dispatch(inner, visit, session),
    }
  }
}

/** What needs no session, and Bulk, are no parts of other requests. */
function isComposable({ route, params }: Match<Route>): boolean {
  return !route.open && !isBulk(route.operation) && isVersion(params['version'])
}

function isVersion(text: string | undefined): boolean {
  return text === undefined || apiVersions.some((version) => text === `v${version}.0`)
}

/** No such path, or one that does not take this method. */
function astray({ method, url }: SimRequest): SimResponse {
  const methods = router.methods(pathOf(url)).filter((one) => one !== method)
  if (methods.length === 0) return errorResponse(notFound(), {})
  const message = `HTTP Method '${method}' not allowed. Allowed are ${methods.join(',')}`
  const error = refused('METHOD_NOT_ALLOWED', message, [], 405)
  return errorResponse(error, { allow: methods.join(', ') })
}
