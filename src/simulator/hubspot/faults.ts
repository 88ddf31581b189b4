/**
 * Bad luck by seed and rate. At most one fault besides latency befalls a request; each one is
 * recorded, so that a suite can print which kinds met which operations.
 */
import type { Sabotage } from './call.ts'
import { batchWrites } from './operations.ts'
import type { Operation } from './operations.ts'

/**
 * - `latency`: the answer takes longer; may come with any other kind.
 * - `rate_limit_*`: a 429 of each policy, nothing applied.
 * - `server_error_before`, `server_error_after`: 500 or 503 before, 500, 502 or 504 after applying.
 * - `drop_before`, `drop_after`, `apply_late`: the connection dies; see `ConnectionFate`.
 * - `partial_failure`: one input fails as if by accident; without trace ids the whole batch does.
 * - `silent_drop_applied`, `silent_drop_unapplied`: one input is absent from results and errors.
 * - `expired_token`: 401; an OAuth access token is really expired by it.
 * - `locked`: 423. `migrating`: 477 with Retry-After. Neither applies anything.
 * - `html_page`: 502 with HTML, applied or not. `empty_body`, `wrong_json`: 200, applied or not.
 * - `no_results`: the answer with empty results and no errors, applied or not.
 */
export const faultKinds = [
  'latency',
  'rate_limit_burst',
  'rate_limit_daily',
  'rate_limit_search',
  'server_error_before',
  'server_error_after',
  'drop_before',
  'drop_after',
  'apply_late',
  'partial_failure',
  'silent_drop_applied',
  'silent_drop_unapplied',
  'expired_token',
  'locked',
  'migrating',
  'html_page',
  'empty_body',
  'wrong_json',
  'no_results',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface FaultSettings {
  /** Probability per request and kind; kinds that don't fit the operation don't happen. */
  readonly rates: Readonly<Partial<Record<FaultKind, number>>>
  /** Faults befall only these; all when absent. */
  readonly operations?: readonly Operation[]
  readonly latencyMs: readonly [number, number]
  /** How long after the reset a late request is applied. */
  readonly lateMs: readonly [number, number]
  readonly retryAfterSeconds: number
}

export const noFaults: FaultSettings = {
  rates: {},
  latencyMs: [50, 2000],
  lateMs: [100, 10_000],
  retryAfterSeconds: 3600,
}

/** A fault that is certain: it befalls the next fitting requests after `skip` of them. */
export interface PlannedFault {
  readonly kind: FaultKind
  readonly operation?: Operation
  readonly skip?: number
  readonly times?: number
}

export interface FaultEvent {
  readonly seq: number
  readonly at: number
  readonly kind: FaultKind
  readonly operation: Operation
  readonly object: string | null
  readonly requestId: string
  /** Whether the request had, or will have, its effect all the same. */
  readonly applied: boolean
}

/** What befalls one request. */
export interface Fault {
  readonly kind: Exclude<FaultKind, 'latency'>
  /** For the kinds that leave it open. */
  readonly applied: boolean
}

const resultOperations: readonly Operation[] = [
  'list',
  'batch_read',
  'search',
  'batch_create',
  'batch_update',
  'batch_upsert',
  'property_read',
  'owner_read',
  'pipeline_read',
  'association_read',
]

/** Whether a kind can befall an operation at all. */
export function faultFits(kind: FaultKind, operation: Operation): boolean {
  switch (kind) {
    case 'rate_limit_search':
      return operation === 'search'
    case 'rate_limit_burst':
      return operation !== 'search' && operation !== 'oauth'
    case 'rate_limit_daily':
    case 'expired_token':
      return operation !== 'oauth'
    case 'partial_failure':
    case 'silent_drop_applied':
      return batchWrites.includes(operation) && operation !== 'batch_archive'
    case 'silent_drop_unapplied':
      return batchWrites.includes(operation)
    case 'no_results':
      return resultOperations.includes(operation)
    case 'latency':
    case 'server_error_before':
    case 'server_error_after':
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
    case 'locked':
    case 'migrating':
    case 'html_page':
    case 'empty_body':
    case 'wrong_json':
      return true
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}

/** Which kinds leave the request without effect, with it, or decide by chance. */
function isApplied(kind: FaultKind, random: () => number): boolean {
  switch (kind) {
    case 'latency':
    case 'server_error_after':
    case 'drop_after':
    case 'apply_late':
    case 'partial_failure':
    case 'silent_drop_applied':
    case 'silent_drop_unapplied':
      return true
    case 'rate_limit_burst':
    case 'rate_limit_daily':
    case 'rate_limit_search':
    case 'server_error_before':
    case 'drop_before':
    case 'expired_token':
    case 'locked':
    case 'migrating':
      return false
    case 'html_page':
    case 'empty_body':
    case 'wrong_json':
    case 'no_results':
      return random() < 0.5
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}

export class Faults {
  settings: FaultSettings
  readonly events: FaultEvent[] = []
  readonly random: () => number
  #planned: { fault: PlannedFault; skip: number; times: number }[] = []

  constructor(settings: FaultSettings, random: () => number) {
    this.settings = settings
    this.random = random
  }

  plan(fault: PlannedFault): void {
    this.#planned.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
  }

  clearPlanned(): void {
    this.#planned = []
  }

  /** Draws the latency of a request. */
  latency(operation: Operation): number | null {
    const rate = this.settings.rates.latency ?? 0
    const planned = this.#takePlanned(operation, (kind) => kind === 'latency')
    if (planned === null && !(this.#concerns(operation) && rate > 0 && this.random() < rate)) {
      return null
    }
    return this.between(this.settings.latencyMs)
  }

  /** Draws the fault of a request, or none. */
  draw(operation: Operation): Fault | null {
    const kind =
      this.#takePlanned(operation, (one) => one !== 'latency') ?? this.#drawByRate(operation)
    if (kind === null || kind === 'latency') return null
    return { kind, applied: isApplied(kind, this.random) }
  }

  between([low, high]: readonly [number, number]): number {
    return Math.round(low + this.random() * (high - low))
  }

  record(event: Omit<FaultEvent, 'seq'>): void {
    this.events.push({ seq: this.events.length + 1, ...event })
  }

  #concerns(operation: Operation): boolean {
    return this.settings.operations === undefined || this.settings.operations.includes(operation)
  }

  #drawByRate(operation: Operation): FaultKind | null {
    if (!this.#concerns(operation)) return null
    const rates = Object.values(this.settings.rates)
    if (rates.every((rate) => rate <= 0)) return null
    let left = this.random()
    for (const kind of faultKinds) {
      if (kind === 'latency' || !faultFits(kind, operation)) continue
      left -= this.settings.rates[kind] ?? 0
      if (left < 0) return kind
    }
    return null
  }

  #takePlanned(operation: Operation, wanted: (kind: FaultKind) => boolean): FaultKind | null {
    for (const entry of this.#planned) {
      const { fault } = entry
      if (!wanted(fault.kind) || (fault.operation ?? operation) !== operation) continue
      if (!faultFits(fault.kind, operation)) continue
      if (entry.skip > 0) {
        entry.skip -= 1
        continue
      }
      entry.times -= 1
      if (entry.times <= 0) this.#planned = this.#planned.filter((one) => one !== entry)
      return fault.kind
    }
    return null
  }
}

/** The kinds that are worked out while the batch is written. */
export function sabotageOf(fault: Fault | null): Sabotage | null {
  if (fault === null) return null
  if (fault.kind === 'partial_failure') return fault.kind
  if (fault.kind === 'silent_drop_applied') return fault.kind
  return fault.kind === 'silent_drop_unapplied' ? fault.kind : null
}
