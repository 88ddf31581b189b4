/**
 * Bad luck by seed and rate, for any local CRM. At most one fault besides latency befalls a request;
 * each one is recorded, so that a suite can print which kinds met which operations.
 */
import { simulatorErrors } from './errors.ts'

export interface FaultSettings<Kind extends string, Operation extends string> {
  /** Probability per request and kind; kinds that don't fit the operation don't happen. */
  readonly rates: Readonly<Partial<Record<Kind, number>>>
  /** Faults befall only these; all when absent. */
  readonly operations?: readonly Operation[]
  readonly latencyMs: readonly [number, number]
  /** How long after the reset a late request is applied. */
  readonly lateMs: readonly [number, number]
}

/** A fault that is certain: it befalls the next fitting requests after `skip` of them. */
export interface PlannedFault<Kind extends string, Operation extends string> {
  readonly kind: Kind
  readonly operation?: Operation
  /** One of the kind's statuses; by chance when absent. */
  readonly status?: number
  readonly skip?: number
  readonly times?: number
}

export interface FaultEvent<Kind extends string, Operation extends string> {
  readonly seq: number
  readonly at: number
  readonly kind: Kind
  readonly operation: Operation
  readonly object: string | null
  readonly requestId: string
  /** Whether the request had, or will have, its effect all the same. */
  readonly applied: boolean
}

/** What befalls one request. */
export interface Fault<Kind extends string> {
  readonly kind: Kind
  /** The HTTP status that the plan names; null where chance takes one of the kind's. */
  readonly status: number | null
  /** For the kinds that leave it open. */
  readonly applied: boolean
}

/** Whether a fault leaves the request with its effect, without it, or by chance. */
export type FaultFate = 'applied' | 'unapplied' | 'either'

/** What can befall requests of any CRM. */
export const fatesAnywhere = {
  latency: 'applied',
  server_error_before: 'unapplied',
  server_error_after: 'applied',
  drop_before: 'unapplied',
  drop_after: 'applied',
  apply_late: 'applied',
  html_page: 'either',
  empty_body: 'either',
  wrong_json: 'either',
} as const satisfies Readonly<Record<string, FaultFate>>

/** Whether a kind befalls any request, and not only some operations. */
export function befallsAny(kind: string): kind is keyof typeof fatesAnywhere {
  return kind in fatesAnywhere
}

/** The kinds that are answered with one of several statuses, in any CRM. */
export const statusesAnywhere = {
  server_error_before: [500, 503],
  server_error_after: [500, 502, 504],
} as const

/** The status that a fault is answered with: the plan's, or by chance one of the kind's. */
export function statusOf(
  { status }: Fault<string>,
  statuses: readonly number[],
  random: () => number,
): number {
  return status ?? statuses[Math.floor(random() * statuses.length)] ?? 500
}

/** What can befall one row of a request with many. */
export const fatesOfRows = {
  partial_failure: 'applied',
  silent_drop_applied: 'applied',
  silent_drop_unapplied: 'applied',
} as const satisfies Readonly<Record<string, FaultFate>>

/** Whether the request is answered, or dropped, before the CRM looks at it; it may be applied later. */
export function isEarly({ kind, applied }: Fault<string>): boolean {
  return !applied || kind === 'apply_late'
}

/** The faults that a CRM knows. */
export interface FaultProfile<Kind extends string, Operation extends string> {
  readonly kinds: readonly Kind[]
  /** Whether a kind can befall an operation at all. */
  readonly fits: (kind: Kind, operation: Operation) => boolean
  readonly fates: Readonly<Record<Kind, FaultFate>>
  /** Of the kinds that are answered with one of several HTTP statuses. */
  readonly statuses: Readonly<Partial<Record<Kind, readonly number[]>>>
}

/** `Kind` is without `latency`, which every local CRM has. */
export class FaultDraw<
  Kind extends string,
  Operation extends string,
  Settings extends FaultSettings<Kind | 'latency', Operation>,
> {
  settings: Settings
  readonly events: FaultEvent<Kind | 'latency', Operation>[] = []
  readonly random: () => number
  readonly #profile: FaultProfile<Kind | 'latency', Operation>
  #planned: {
    fault: PlannedFault<Kind | 'latency', Operation>
    skip: number
    times: number
  }[] = []

  constructor(
    profile: FaultProfile<Kind | 'latency', Operation>,
    settings: Settings,
    random: () => number,
  ) {
    this.#profile = profile
    this.settings = settings
    this.random = random
  }

  /** Throws where the kind is never answered with the status that is asked for. */
  plan(fault: PlannedFault<Kind | 'latency', Operation>): void {
    this.#checkStatus(fault)
    this.#planned.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
  }

  /** As if nothing had been planned or had happened. */
  reset(): void {
    this.events.length = 0
    this.clearPlanned()
  }

  clearPlanned(): void {
    this.#planned = []
  }

  /** Draws the latency of a request. */
  latency(operation: Operation): number | null {
    const rate = this.settings.rates['latency'] ?? 0
    const planned = this.#takePlanned(operation, (kind) => kind === 'latency')
    if (planned === null && !(this.#concerns(operation) && rate > 0 && this.random() < rate)) {
      return null
    }
    return this.between(this.settings.latencyMs)
  }

  /** Draws the fault of a request, or none. */
  draw(operation: Operation): Fault<Kind> | null {
    const planned = this.#takePlanned(operation, (one) => one !== 'latency')
    const kind = planned?.kind ?? this.#drawByRate(operation)
    if (kind === null || isLatency(kind)) return null
    const fate = this.#profile.fates[kind]
    const applied = fate === 'applied' || (fate === 'either' && this.random() < 0.5)
    return { kind, status: planned?.status ?? null, applied }
  }

  between([low, high]: readonly [number, number]): number {
    return Math.round(low + this.random() * (high - low))
  }

  record(event: Omit<FaultEvent<Kind | 'latency', Operation>, 'seq'>): void {
    this.events.push({ seq: this.events.length + 1, ...event })
  }

  #concerns(operation: Operation): boolean {
    return this.settings.operations === undefined || this.settings.operations.includes(operation)
  }

  #drawByRate(operation: Operation): Kind | 'latency' | null {
    if (!this.#concerns(operation)) return null
    const { rates } = this.settings
    const { kinds, fits } = this.#profile
    if (kinds.every((kind) => (rates[kind] ?? 0) <= 0)) return null
    let left = this.random()
    for (const kind of kinds) {
      if (kind === 'latency' || !fits(kind, operation)) continue
      left -= rates[kind] ?? 0
      if (left < 0) return kind
    }
    return null
  }

  #checkStatus({ kind, status }: PlannedFault<Kind | 'latency', Operation>): void {
    const statuses = this.#profile.statuses[kind] ?? []
    if (status === undefined || statuses.includes(status)) return
    const known = statuses.length === 0 ? 'no status to choose' : statuses.join(', ')
    throw simulatorErrors.setting({
      message: `\`status\` of the fault ${kind} can not be ${status}. There is: ${known}.`,
    })
  }

  #takePlanned(
    operation: Operation,
    wanted: (kind: Kind | 'latency') => boolean,
  ): PlannedFault<Kind | 'latency', Operation> | null {
    for (const entry of this.#planned) {
      const { fault } = entry
      if (!wanted(fault.kind) || (fault.operation ?? operation) !== operation) continue
      if (!this.#profile.fits(fault.kind, operation)) continue
      if (entry.skip > 0) {
        entry.skip -= 1
        continue
      }
      entry.times -= 1
      if (entry.times <= 0) this.#planned = this.#planned.filter((one) => one !== entry)
      return fault
    }
    return null
  }
}

/** The faults of any local CRM. */
export type AnyFaults<Kind extends string, Operation extends string> = FaultDraw<
  Kind,
  Operation,
  FaultSettings<Kind | 'latency', Operation>
>

function isLatency(kind: string): kind is 'latency' {
  return kind === 'latency'
}
