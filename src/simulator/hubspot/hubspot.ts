/**
 * The local HubSpot: a CRM in memory that behaves as HubSpot's API does, bad days included. It has no
 * sockets and no clock of its own, so that thousands of histories run in a simulated hour.
 */
import { ApiError } from './api-error.ts'
import { defaultBehaviour } from './call.ts'
import type { Behaviour, Call } from './call.ts'
import { dumpPortal } from './dump.ts'
import { performEdit } from './edit.ts'
import type { Edit } from './edit.ts'
import type { SimRequest, SimResponse, SimResult } from './exchange.ts'
import { faultResponse, isEarly, spoiled } from './fault-response.ts'
import { Faults, noFaults, sabotageOf } from './faults.ts'
import type { Fault, FaultEvent, FaultSettings, PlannedFault } from './faults.ts'
import { Portal } from './portal.ts'
import { RateLimits, tierLimits } from './rate-limits.ts'
import type { LimitSettings } from './rate-limits.ts'
import { randomUuid, seededRandom } from './random.ts'
import { emptyResponse, errorResponse, jsonResponse } from './response.ts'
import { Router } from './router.ts'
import type { Match } from './router.ts'
import { routes } from './routes.ts'
import { requireScopes } from './scopes.ts'
import { seedPortal } from './seed.ts'
import type { HubSpotDump, PortalState } from './state.ts'
import type { Caller } from './tokens.ts'
import type { WriteLogEntry } from './write-log.ts'

/** What may be changed while it runs. */
export interface HubSpotSettings {
  /** How far the search index is behind the writes. */
  readonly searchLagMs: number
  readonly limits: LimitSettings
  readonly faults: FaultSettings
  readonly behaviour: Behaviour
}

export interface HubSpotOptions extends Partial<Omit<HubSpotSettings, 'faults' | 'behaviour'>> {
  readonly faults?: Partial<FaultSettings>
  readonly behaviour?: Partial<Behaviour>
  /** Milliseconds since the epoch; the system clock when absent. */
  readonly now?: () => number
  /** Decides faults, orders and ids. */
  readonly seed?: number
  readonly portalId?: number
  readonly timeZone?: string
  /** False saves memory: no write log, no property history. */
  readonly keepLog?: boolean
  /** The token of the private app that every new portal has, with all scopes; `pat-local` when absent. */
  readonly token?: string
  /** Added to a new portal. */
  readonly state?: Partial<PortalState>
}

export type HubSpotChanges = Omit<Partial<HubSpotSettings>, 'faults' | 'behaviour'> & {
  readonly faults?: Partial<FaultSettings>
  readonly behaviour?: Partial<Behaviour>
}

export interface HubSpotSimulator {
  handle(request: SimRequest): SimResult
  /** Applies the late requests whose time has come; every other call does so, too. */
  settle(): void
  seed(state: Partial<PortalState>): void
  /** Back to a new portal with the first options; settings made since are kept. */
  reset(): void
  configure(changes: HubSpotChanges): void
  settings(): HubSpotSettings
  /** Makes a fault certain. */
  planFault(fault: PlannedFault): void
  clearPlannedFaults(): void
  /** What a person does in HubSpot's own pages. Returns the id of the record. */
  edit(edit: Edit): string
  /** The code that a person's consent would give the OAuth app. */
  issueCode(clientId: string): string
  dump(): HubSpotDump
  log(): readonly WriteLogEntry[]
  faultEvents(): readonly FaultEvent[]
  calls(): Readonly<Record<string, number>>
}

export const localToken = 'pat-local'

const router = new Router(routes)
const longestUrl = 16_384

export function createHubSpot(options: HubSpotOptions = {}): HubSpotSimulator {
  return new LocalHubSpot(options)
}

interface LateRequest {
  readonly at: number
  readonly request: SimRequest
  readonly match: Match
  readonly requestId: string
}

class LocalHubSpot implements HubSpotSimulator {
  readonly #options: HubSpotOptions
  readonly #now: () => number
  #settings: HubSpotSettings
  #portal: Portal
  #limits: RateLimits
  #faults: Faults
  #idRandom: () => number
  #orderRandom: () => number
  #calls = new Map<string, number>()
  #late: LateRequest[] = []

  constructor(options: HubSpotOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#settings = {
      searchLagMs: options.searchLagMs ?? 0,
      limits: options.limits ?? tierLimits.professional,
      faults: { ...noFaults, ...options.faults },
      behaviour: { ...defaultBehaviour, ...options.behaviour },
    }
    const seed = options.seed ?? 1
    this.#idRandom = seededRandom(seed ^ 0x5bd1e995)
    this.#orderRandom = seededRandom(seed ^ 0x2545f491)
    this.#faults = new Faults(this.#settings.faults, seededRandom(seed))
    this.#portal = this.#newPortal()
    this.#limits = new RateLimits(this.#settings.limits, this.#portal.timeZone)
    this.seed(options.state ?? {})
  }

  handle(request: SimRequest): SimResult {
    this.settle()
    const now = this.#now()
    const requestId = randomUuid(this.#idRandom)
    const path = pathOf(request.url)
    const match = router.find(request.method, path)
    if (match === null) return arrived(this.#error(notRouted(path), requestId, now, {}))
    const { operation } = match.route
    const object = this.#portal.types.find(match.params['type'] ?? '')?.id ?? null
    const latency = this.#faults.latency(operation)
    const fault = this.#faults.draw(operation)
    const record = (kind: FaultEvent['kind'], applied: boolean) =>
      this.#faults.record({ at: now, kind, operation, object, requestId, applied })
    if (latency !== null) record('latency', true)
    const delayMs = latency ?? 0
    if (fault?.kind === 'drop_before') {
      record(fault.kind, false)
      return { response: emptyResponse(0), delayMs, connection: 'drop_before' }
    }
    const counted = object === null ? operation : `${operation} ${object}`
    this.#calls.set(counted, (this.#calls.get(counted) ?? 0) + 1)
    const response = this.#answer(request, match, fault, requestId, now, record)
    const dropped = fault?.kind === 'drop_after' || fault?.kind === 'apply_late' ? fault.kind : 'ok'
    return { response, delayMs, connection: dropped }
  }

  settle(): void {
    const now = this.#now()
    if (this.#late.length === 0) return
    const due = this.#late.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    if (due.length === 0) return
    this.#late = this.#late.filter(({ at }) => at > now)
    for (const { at, request, match, requestId } of due) {
      this.#run(request, match, null, null, requestId, at)
    }
  }

  seed(state: Partial<PortalState>): void {
    this.settle()
    const now = this.#now()
    seedPortal(this.#portal, state, now)
    if (state.dailyUsed !== undefined) this.#limits.restore(state.dailyUsed, now)
  }

  reset(): void {
    this.#portal = this.#newPortal()
    this.#limits = new RateLimits(this.#settings.limits, this.#portal.timeZone)
    this.#faults.events.length = 0
    this.#faults.clearPlanned()
    this.#calls = new Map()
    this.#late = []
    this.seed(this.#options.state ?? {})
  }

  configure(changes: HubSpotChanges): void {
    this.settle()
    this.#settings = {
      ...this.#settings,
      ...changes,
      faults: { ...this.#settings.faults, ...changes.faults },
      behaviour: { ...this.#settings.behaviour, ...changes.behaviour },
    }
    this.#portal.searchLagMs = this.#settings.searchLagMs
    this.#limits.settings = this.#settings.limits
    this.#faults.settings = this.#settings.faults
  }

  settings(): HubSpotSettings {
    return this.#settings
  }

  planFault(fault: PlannedFault): void {
    this.#faults.plan(fault)
  }

  clearPlannedFaults(): void {
    this.#faults.clearPlanned()
  }

  edit(edit: Edit): string {
    this.settle()
    const mergeCreatesNewId = this.#settings.behaviour.mergeCreatesNewId
    return performEdit(this.#portal, edit, this.#now(), mergeCreatesNewId)
  }

  issueCode(clientId: string): string {
    return this.#portal.tokens.issueCode(clientId, this.#now())
  }

  dump(): HubSpotDump {
    this.settle()
    const at = this.#now()
    return {
      formatVersion: 1,
      at,
      portalId: this.#portal.id,
      timeZone: this.#portal.timeZone,
      state: dumpPortal(this.#portal, this.#limits.usage(at).used),
      log: this.log(),
      faults: this.faultEvents(),
      calls: this.calls(),
    }
  }

  log(): readonly WriteLogEntry[] {
    this.settle()
    return this.#portal.log.entries()
  }

  faultEvents(): readonly FaultEvent[] {
    return [...this.#faults.events]
  }

  calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#calls)
  }

  #newPortal(): Portal {
    const portal = new Portal({
      portalId: this.#options.portalId ?? 62515,
      timeZone: this.#options.timeZone ?? 'UTC',
      createdAt: this.#now(),
      keepLog: this.#options.keepLog ?? true,
      random: this.#idRandom,
    })
    portal.searchLagMs = this.#settings.searchLagMs
    const token = this.#options.token ?? localToken
    const app = { token, name: 'local', scopes: 'all' } as const
    portal.tokens.privateApps.set(app.token, app)
    return portal
  }

  /** Authenticates, counts, applies and answers, with the fault where it belongs. */
  #answer(
    request: SimRequest,
    match: Match,
    fault: Fault | null,
    requestId: string,
    now: number,
    record: (kind: FaultEvent['kind'], applied: boolean) => void,
  ): SimResponse {
    let headers: Readonly<Record<string, string>> = {}
    try {
      if (request.url.length > longestUrl) throw new ApiError(414, { message: 'URI Too Long' })
      const caller = match.route.open ? null : this.#authenticate(request, now)
      if (caller !== null) headers = this.#limits.admit(caller, match.route.limit, now)
      this.#checkScopes(caller, match)
      if (fault !== null) record(fault.kind, fault.applied)
      if (fault !== null && isEarly(fault)) {
        if (fault.kind === 'apply_late') this.#applyLater(request, match, requestId, now)
        const context = {
          now,
          requestId,
          headers,
          caller,
          limits: this.#limits,
          tokens: this.#portal.tokens,
          limitClass: match.route.limit,
          retryAfterSeconds: this.#settings.faults.retryAfterSeconds,
          random: this.#faults.random,
        }
        return faultResponse(fault, context)
      }
      const response = this.#run(request, match, caller, fault, requestId, now, headers)
      return fault === null ? response : spoiled(response, fault, this.#faults.random)
    } catch (error) {
      if (error instanceof ApiError) return this.#error(error, requestId, now, headers)
      throw error
    }
  }

  #authenticate(request: SimRequest, now: number): Caller {
    return this.#portal.tokens.authenticate(request.headers['authorization'], now)
  }

  #checkScopes(caller: Caller | null, { route, params }: Match): void {
    if (caller === null || caller.scopes === 'all') return
    const names = [params['type'], params['to']].flatMap((name) => name ?? [])
    requireScopes(
      caller,
      route.scope,
      names.map((name) => this.#portal.types.get(name)),
    )
  }

  #applyLater(request: SimRequest, match: Match, requestId: string, now: number): void {
    const delay = this.#faults.between(this.#settings.faults.lateMs)
    this.#late.push({ at: now + delay, request, match, requestId })
  }

  #run(
    request: SimRequest,
    match: Match,
    caller: Caller | null,
    fault: Fault | null,
    requestId: string,
    now: number,
    headers: Readonly<Record<string, string>> = {},
  ): SimResponse {
    const host = request.headers['host']
    const call: Call = {
      portal: this.#portal,
      now,
      origin: { at: now, source: 'api', requestId },
      params: match.params,
      query: new URLSearchParams(queryOf(request.url)),
      path: pathOf(request.url),
      body: request.body,
      base: host === undefined ? 'https://api.hubapi.com' : `http://${host}`,
      behaviour: this.#settings.behaviour,
      sabotage: sabotageOf(fault),
      random: this.#orderRandom,
      caller,
      limits: this.#limits,
    }
    try {
      const { status, body } = match.route.handle(call)
      return body === null
        ? emptyResponse(status, requestId, now, headers)
        : jsonResponse(status, body, requestId, now, headers)
    } catch (error) {
      if (error instanceof ApiError) return this.#error(error, requestId, now, headers)
      throw error
    }
  }

  #error(
    error: ApiError,
    requestId: string,
    now: number,
    headers: Readonly<Record<string, string>>,
  ): SimResponse {
    return errorResponse(error, requestId, now, headers)
  }
}

function arrived(response: SimResponse): SimResult {
  return { response, delayMs: 0, connection: 'ok' }
}

function notRouted(path: string): ApiError {
  return new ApiError(404, { message: `No such endpoint: ${path}` })
}

function pathOf(url: string): string {
  const mark = url.indexOf('?')
  return mark < 0 ? url : url.slice(0, mark)
}

function queryOf(url: string): string {
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}
