/** The bad luck that can befall a request to the local HubSpot; how it is drawn is common to all local CRMs. */
import {
  FaultDraw,
  type FaultFate,
  befallsAny,
  fatesAnywhere,
  fatesOfRows,
  statusesAnywhere,
} from '../../fault-draw.ts'
import type * as draw from '../../fault-draw.ts'
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
 * - `locked`: 423, where records are created or updated. `migrating`: 477 with Retry-After. Neither applies anything.
 * - `html_page`: a gateway's page (`faultStatuses`), applied or not. `empty_body`, `wrong_json`: 200, applied or not.
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

export type FaultSettings = draw.FaultSettings<FaultKind, Operation> & {
  readonly retryAfterSeconds: number
}

export const noFaults: FaultSettings = {
  rates: {},
  latencyMs: [50, 2000],
  lateMs: [100, 10_000],
  retryAfterSeconds: 3600,
}

export type PlannedFault = draw.PlannedFault<FaultKind, Operation>
export type FaultEvent = draw.FaultEvent<FaultKind, Operation>
export type Fault = draw.Fault<Exclude<FaultKind, 'latency'>>

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

/** Locks are told of after mass upserts, whichever way the records go. */
const lockingOperations: readonly Operation[] = [
  'create',
  'update',
  'batch_create',
  'batch_update',
  'batch_upsert',
]

/** Whether a kind can befall an operation at all. */
export function faultFits(kind: FaultKind, operation: Operation): boolean {
  if (befallsAny(kind)) return true
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
    case 'locked':
      return lockingOperations.includes(operation)
    case 'migrating':
      return true
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}

const fates: Readonly<Record<FaultKind, FaultFate>> = {
  ...fatesAnywhere,
  ...fatesOfRows,
  rate_limit_burst: 'unapplied',
  rate_limit_daily: 'unapplied',
  rate_limit_search: 'unapplied',
  expired_token: 'unapplied',
  locked: 'unapplied',
  migrating: 'unapplied',
  no_results: 'either',
}

/** The gateways before HubSpot answer for it, or the network's before those. */
export const faultStatuses = {
  ...statusesAnywhere,
  html_page: [502, 503, 504, 521, 522, 523, 524, 525, 526],
} as const

export class Faults extends FaultDraw<Exclude<FaultKind, 'latency'>, Operation, FaultSettings> {
  constructor(settings: FaultSettings, random: () => number) {
    super({ kinds: faultKinds, fits: faultFits, fates, statuses: faultStatuses }, settings, random)
  }
}

/** The kinds that are worked out while the batch is written. */
export function sabotageOf(fault: Fault | null): Sabotage | null {
  if (fault === null) return null
  if (fault.kind === 'partial_failure') return fault.kind
  if (fault.kind === 'silent_drop_applied') return fault.kind
  return fault.kind === 'silent_drop_unapplied' ? fault.kind : null
}
