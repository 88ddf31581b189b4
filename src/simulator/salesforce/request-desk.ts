/** Takes a request in: route, fault, session, limits, handler, in the order Salesforce checks them. */
import type { SimRequest, SimResponse, SimResult } from '../exchange.ts'
import { randomUuid } from '../random.ts'
import { type Match, Router, pathOf, queryOf } from '../router.ts'
import {
  ApiError,
  OAuthError,
  apiDisabled,
  invalidSession,
  notFound,
  refused,
} from './api-error.ts'
import type { ApiLimits } from './api-limits.ts'
import type { JobRunner } from './bulk/job-runner.ts'
import type { Call, SubRequest, SubResponse } from './call.ts'
import { parseExactJson } from './json.ts'
import { Cursors } from './cursors.ts'
import { faultResponse, isEarly, spoiled } from './fault-response.ts'
import { sabotageOf } from './faults.ts'
import type { Fault, FaultEvent, Faults } from './faults.ts'
import { bulkOperations } from './operations.ts'
import type { Org } from './org.ts'
import { apiVersions } from './org-routes.ts'
import {
  csvResponse,
  emptyResponse,
  errorResponse,
  jsonResponse,
  oauthErrorResponse,
} from './response.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'
import type { Session } from './sessions.ts'

const router = new Router(routes)
const longestUrl = 16_384

type Headers = Readonly<Record<string, string>>

export interface DeskParts {
  readonly org: Org
  readonly limits: ApiLimits
  readonly faults: Faults
  readonly runner: JobRunner
  readonly idRandom: () => number
}

/** One request on its way. */
interface Visit {
  readonly request: SimRequest
  readonly match: Match<Route>
  readonly requestId: string
  readonly now: number
  /** How long its answer takes. */
  readonly delayMs: number
  readonly fault: Fault | null
  readonly note: (kind: FaultEvent['kind'], applied: boolean) => void
}

export class RequestDesk {
  readonly calls = new Map<string, number>()
  readonly #parts: DeskParts
  readonly #cursors = new Cursors()
  #late: (Visit & { readonly session: Session | null })[] = []

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  handle(request: SimRequest, now: number): SimResult {
    this.settle(now)
    const { faults, org, idRandom } = this.#parts
    const match = router.find(request.method, pathOf(request.url))
    if (match === null || !isVersion(match.params['version'])) {
      return { response: astray(request), delayMs: 0, connection: 'ok' }
    }
    const requestId = randomUuid(idRandom)
    const { operation } = match.route
    const object = org.findType(match.params['type'] ?? '')?.name ?? null
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
    const response = this.#admit({ request, match, requestId, now, delayMs, fault, note })
    const dies = fault?.kind === 'drop_after' || fault?.kind === 'apply_late'
    return { response, delayMs, connection: dies ? fault.kind : 'ok' }
  }

  /** Applies the late requests and Bulk batches that are due at `now`, each at its own time. */
  settle(now: number): void {
    const { runner } = this.#parts
    const due = this.#late.filter((visit) => visit.now <= now).toSorted((a, b) => a.now - b.now)
    if (due.length > 0) this.#late = this.#late.filter((visit) => visit.now > now)
    for (const visit of due) {
      runner.settle(visit.now)
      this.#run(visit, visit.session, {})
    }
    runner.settle(now)
  }

  #count(name: string): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1)
  }

  #admit(visit: Visit): SimResponse {
    const { request, match, now, delayMs, fault, note } = visit
    const { limits, faults, org } = this.#parts
    let headers: Headers = {}
    try {
      if (request.url.length > longestUrl) throw refused('URI_TOO_LONG', 'URI Too Long', [], 414)
      const session = match.route.open ? null : this.#session(request, now)
      if (session !== null && !org.apiEnabled) throw apiDisabled()
      if (session !== null) headers = limits.admit(now, delayMs)
      if (fault === null) return this.#run(visit, session, headers)
      note(fault.kind, fault.applied)
      if (!isEarly(fault)) return spoiled(this.#run(visit, session, headers), fault, faults.random)
      if (fault.kind === 'apply_late') this.#postpone(visit, session)
      if (fault.kind === 'expired_session' && session !== null) org.sessions.expire(session.token)
      return faultResponse(fault, headers, faults.random)
    } catch (error) {
      return refusal(error, headers)
    }
  }

  #session({ headers }: SimRequest, now: number): Session {
    const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? ''
    const session = this.#parts.org.sessions.use(token, now)
    if (session === null) throw invalidSession()
    return session
  }

  #postpone(visit: Visit, session: Session | null): void {
    const { faults } = this.#parts
    const delay = faults.between(faults.settings.lateMs)
    this.#late.push({ ...visit, session, fault: null, now: visit.now + delay })
  }

  #run(visit: Visit, session: Session | null, headers: Headers): SimResponse {
    try {
      const { status, body, csv, ...own } = visit.match.route.handle(this.#call(visit, session))
      const all = { ...headers, ...own.headers }
      if (csv !== undefined) return csvResponse(status, csv, all)
      return body === null ? emptyResponse(status, all) : jsonResponse(status, body, all)
    } catch (error) {
      return refusal(error, headers)
    }
  }

  /** A request inside another: the same session, moment and id, no fault of its own. */
  #dispatch(inner: SubRequest, visit: Visit, session: Session | null): SubResponse {
    const body = inner.body === null ? null : JSON.stringify(inner.body)
    const request = { ...visit.request, method: inner.method, url: inner.url, body }
    const match = router.find(inner.method, pathOf(inner.url))
    const response =
      match !== null && isComposable(match)
        ? this.#run({ ...visit, request, match, fault: null }, session, {})
        : astray(request)
    const text = response.body
    return {
      status: response.status,
      headers: {},
      body: text === '' ? null : parseExactJson(text),
    }
  }

  #call(visit: Visit, session: Session | null): Call {
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

function refusal(error: unknown, headers: Headers): SimResponse {
  if (error instanceof ApiError) return errorResponse(error, headers)
  if (error instanceof OAuthError) return oauthErrorResponse(error)
  throw error
}

/** What needs no session, and Bulk, are no parts of other requests. */
function isComposable({ route, params }: Match<Route>): boolean {
  return !route.open && !bulkOperations.includes(route.operation) && isVersion(params['version'])
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
