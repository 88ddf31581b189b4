/** The bad luck that can befall a request to the local Pipedrive; how it is drawn is common to all local CRMs. */
import {
  FaultDraw,
  type FaultFate,
  befallsAny,
  fatesAnywhere,
  statusesAnywhere,
} from '../../fault-draw.ts'
import type * as draw from '../../fault-draw.ts'
import type { Operation } from './operations.ts'

/**
 * - `latency`: the answer takes longer; may come with any other kind.
 * - `rate_limit_burst`, `rate_limit_daily`: a 429 of either limit; `blocked`: 403 with a page. Nothing is applied.
 * - `server_error_before`, `server_error_after`: 500 or 503 before, 500, 502 or 504 after applying.
 * - `drop_before`, `drop_after`, `apply_late`: the connection dies; see `ConnectionFate`.
 * - `expired_token`: 401; an OAuth access token is really expired by it.
 * - `html_page`: 502 with HTML, applied or not. `empty_body`, `wrong_json`: 200, applied or not.
 */
export const faultKinds = [
  'latency',
  'rate_limit_burst',
  'rate_limit_daily',
  'blocked',
  'server_error_before',
  'server_error_after',
  'drop_before',
  'drop_after',
  'apply_late',
  'expired_token',
  'html_page',
  'empty_body',
  'wrong_json',
] as const
export type FaultKind = (typeof faultKinds)[number]

export type FaultSettings = draw.FaultSettings<FaultKind, Operation>

export const noFaults: FaultSettings = { rates: {}, latencyMs: [50, 2000], lateMs: [100, 10_000] }

export type PlannedFault = draw.PlannedFault<FaultKind, Operation>
export type FaultEvent = draw.FaultEvent<FaultKind, Operation>
export type Fault = draw.Fault<Exclude<FaultKind, 'latency'>>

/** The token endpoint knows neither limits nor access tokens. */
export function faultFits(kind: FaultKind, operation: Operation): boolean {
  return befallsAny(kind) || operation !== 'oauth'
}

const fates: Readonly<Record<FaultKind, FaultFate>> = {
  ...fatesAnywhere,
  rate_limit_burst: 'unapplied',
  rate_limit_daily: 'unapplied',
  blocked: 'unapplied',
  expired_token: 'unapplied',
}

export class Faults extends FaultDraw<Exclude<FaultKind, 'latency'>, Operation, FaultSettings> {
  constructor(settings: FaultSettings, random: () => number) {
    super(
      { kinds: faultKinds, fits: faultFits, fates, statuses: statusesAnywhere },
      settings,
      random,
    )
  }
}
