/** The bad luck that can befall a request to the local Salesforce; how it is drawn is common to all local CRMs. */
import {
  FaultDraw,
  type FaultFate,
  befallsAny,
  fatesAnywhere,
  fatesOfRows,
  statusesAnywhere,
} from '../../fault-draw.ts'
import type * as draw from '../../fault-draw.ts'
import { type Sabotage, sabotages } from '../store/sabotage.ts'
import { rowWrites } from './operations.ts'
import type { Operation } from './operations.ts'

/**
 * - `latency`: the answer takes longer; may come with any other kind.
 * - `limit_total`, `limit_concurrent`: 403 with the message of either, nothing applied.
 * - `server_error_before`, `server_error_after`: 500 or 503 before, 500, 502 or 504 after applying.
 * - `drop_before`, `drop_after`, `apply_late`: the connection dies; see `ConnectionFate`.
 * - `partial_failure`, `row_lock`: one row fails as if by accident, or for a lock.
 * - `silent_drop_applied`, `silent_drop_unapplied`: one row is absent from the results.
 * - `job_failure`: a Bulk job fails in the middle: some rows are written, the others never looked at.
 * - `expired_session`: 401, and the session is really over.
 * - `query_timeout`: 400, as after two minutes.
 * - `html_page`: 503 or 404 with HTML, applied or not. `empty_body`, `wrong_json`: 200, applied or not.
 */
export const faultKinds = [
  'latency',
  'limit_total',
  'limit_concurrent',
  'server_error_before',
  'server_error_after',
  'drop_before',
  'drop_after',
  'apply_late',
  'partial_failure',
  'row_lock',
  'silent_drop_applied',
  'silent_drop_unapplied',
  'job_failure',
  'expired_session',
  'query_timeout',
  'html_page',
  'empty_body',
  'wrong_json',
] as const
export type FaultKind = (typeof faultKinds)[number]

export type FaultSettings = draw.FaultSettings<FaultKind, Operation>
export type PlannedFault = draw.PlannedFault<FaultKind, Operation>
export type FaultEvent = draw.FaultEvent<FaultKind, Operation>
export type Fault = draw.Fault<Exclude<FaultKind, 'latency'>>

export const noFaults: FaultSettings = { rates: {}, latencyMs: [50, 2000], lateMs: [100, 10_000] }

const open: readonly Operation[] = ['versions', 'oauth']

/** Whether a kind can befall an operation at all. */
export function faultFits(kind: FaultKind, operation: Operation): boolean {
  if (befallsAny(kind)) return true
  switch (kind) {
    case 'limit_total':
    case 'limit_concurrent':
    case 'expired_session':
      return !open.includes(operation)
    case 'partial_failure':
    case 'row_lock':
    case 'silent_drop_applied':
    case 'silent_drop_unapplied':
      return rowWrites.includes(operation)
    case 'job_failure':
      return operation === 'close_job'
    case 'query_timeout':
      return operation === 'query'
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}

const fates: Readonly<Record<FaultKind, FaultFate>> = {
  ...fatesAnywhere,
  ...fatesOfRows,
  limit_total: 'unapplied',
  limit_concurrent: 'unapplied',
  row_lock: 'applied',
  job_failure: 'applied',
  expired_session: 'unapplied',
  query_timeout: 'unapplied',
}

/** Maintenance answers for Salesforce, or a proxy that finds nothing at the address. */
export const faultStatuses = { ...statusesAnywhere, html_page: [503, 404] } as const

export class Faults extends FaultDraw<Exclude<FaultKind, 'latency'>, Operation, FaultSettings> {
  constructor(settings: FaultSettings, random: () => number) {
    super({ kinds: faultKinds, fits: faultFits, fates, statuses: faultStatuses }, settings, random)
  }
}

/** The kinds that are worked out while the rows are written. */
export function sabotageOf(fault: Fault | null): Sabotage | null {
  return sabotages.find((kind) => kind === fault?.kind) ?? null
}
