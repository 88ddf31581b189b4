/**
 * The way of a request through any local CRM: route, bad luck, admission, handler, answer. What the
 * vendor does at each step is its `Api`.
 */
import type { SimRequest, SimResponse, SimResult } from './exchange.ts'
import { type AnyFaults, type Fault, isEarly } from './fault-draw.ts'
import { randomUuid } from './random.ts'
import type { Match, Routed } from './router.ts'

export interface DeskRoute<Operation extends string> extends Routed {
  readonly operation: Operation
}

/** One request on its way. */
export interface Visit<Route extends Routed, Kind extends string> {
  readonly request: SimRequest
  readonly match: Match<Route>
  readonly requestId: string
  readonly now: number
  /** How long its answer takes. */
  readonly delayMs: number
  readonly fault: Fault<Kind> | null
  /** What every further answer to it carries; admission adds to them. */
  readonly headers: Record<string, string>
}

/** What a vendor does at each step; `Caller` is who was let in. */
export interface Api<
  Route extends DeskRoute<Operation>,
  Kind extends string,
  Operation extends string,
  Caller,
> {
  /** Null where there is no such endpoint. */
  find(request: SimRequest): Match<Route> | null
  astray(request: SimRequest, requestId: string, now: number): SimResponse
  /** What calls and faults name the object of a request. */
  objectOf(match: Match<Route>): string | null
  /** Throws what `refusal` understands. */
  admit(visit: Visit<Route, Kind>): Caller
  perform(visit: Visit<Route, Kind>, caller: Caller): SimResponse
  /** The answer to an error of the API; null for any other error. */
  refusal(error: unknown, visit: Visit<Route, Kind>): SimResponse | null
  /** The answer to a request that was not, or not yet, applied. */
  faulty(fault: Fault<Kind>, visit: Visit<Route, Kind>, caller: Caller): SimResponse
  /** Makes of a good answer what the fault makes of it. */
  spoiled(response: SimResponse, fault: Fault<Kind>): SimResponse
  /** What happens by itself until `now`, beside late requests. */
  settle?(now: number): void
}

export class RequestDesk<
  Route extends DeskRoute<Operation>,
  Kind extends string,
  Operation extends string,
  Caller,
> {
  readonly calls = new Map<string, number>()
  readonly #api: Api<Route, Kind, Operation, Caller>
  readonly #faults: AnyFaults<Kind, Operation>
  readonly #idRandom: () => number
  #late: { readonly visit: Visit<Route, Kind>; readonly caller: Caller }[] = []

  constructor(
    api: Api<Route, Kind, Operation, Caller>,
    faults: AnyFaults<Kind, Operation>,
    idRandom: () => number,
  ) {
    this.#api = api
    this.#faults = faults
    this.#idRandom = idRandom
  }

  handle(request: SimRequest, now: number): SimResult {
    this.settle(now)
    const match = this.#api.find(request)
    const requestId = randomUuid(this.#idRandom)
    if (match === null) {
      const response = this.#api.astray(request, requestId, now)
      return { response, delayMs: 0, connection: 'ok' }
    }
    const { operation } = match.route
    const object = this.#api.objectOf(match)
    const note = (kind: Kind | 'latency', applied: boolean): void =>
      this.#faults.record({ at: now, kind, operation, object, requestId, applied })
    const latency = this.#faults.latency(operation)
    if (latency !== null) note('latency', true)
    const delayMs = latency ?? 0
    const fault = this.#faults.draw(operation)
    if (fault?.kind === 'drop_before') {
      note(fault.kind, false)
      return { response: unseen, delayMs, connection: 'drop_before' }
    }
    const name = object === null ? operation : `${operation} ${object}`
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1)
    const visit = { request, match, requestId, now, delayMs, fault, headers: {} }
    const response = this.#answer(visit, note)
    return { response, delayMs, connection: connectionAfter(fault) }
  }

  /** Applies the late requests that are due at `now`, each at its own time. */
  settle(now: number): void {
    if (this.#late.length > 0) this.#performLate(now)
    this.#api.settle?.(now)
  }

  #performLate(now: number): void {
    const due = this.#late.filter(({ visit }) => visit.now <= now)
    this.#late = this.#late.filter(({ visit }) => visit.now > now)
    for (const { visit, caller } of due.toSorted((a, b) => a.visit.now - b.visit.now)) {
      this.#api.settle?.(visit.now)
      this.#perform(visit, caller)
    }
  }

  #answer(visit: Visit<Route, Kind>, note: (kind: Kind, applied: boolean) => void): SimResponse {
    const { fault } = visit
    try {
      const caller = this.#api.admit(visit)
      if (fault === null) return this.#perform(visit, caller)
      note(fault.kind, fault.applied)
      if (!isEarly(fault)) return this.#api.spoiled(this.#perform(visit, caller), fault)
      if (fault.kind === 'apply_late') this.#postpone(visit, caller)
      return this.#api.faulty(fault, visit, caller)
    } catch (error) {
      return this.#refusal(error, visit)
    }
  }

  #perform(visit: Visit<Route, Kind>, caller: Caller): SimResponse {
    try {
      return this.#api.perform(visit, caller)
    } catch (error) {
      return this.#refusal(error, visit)
    }
  }

  #refusal(error: unknown, visit: Visit<Route, Kind>): SimResponse {
    const response = this.#api.refusal(error, visit)
    if (response === null) throw error
    return response
  }

  #postpone(visit: Visit<Route, Kind>, caller: Caller): void {
    const delay = this.#faults.between(this.#faults.settings.lateMs)
    this.#late.push({ visit: { ...visit, fault: null, now: visit.now + delay }, caller })
  }
}

/** The connection dies before anything could be answered. */
const unseen: SimResponse = { status: 0, headers: {}, body: '' }

function connectionAfter(fault: Fault<string> | null): SimResult['connection'] {
  return fault?.kind === 'drop_after' || fault?.kind === 'apply_late' ? fault.kind : 'ok'
}
