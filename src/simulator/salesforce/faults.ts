/** The bad luck that can befall a request to the local Salesforce; how it is drawn is common to all local CRMs. */
import { FaultDraw } from '../fault-draw.ts'
import type * as draw from '../fault-draw.ts'
import { type Sabotage, sabotages } from './call.ts'
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
 * - `html_page`: 503 with HTML, applied or not. `empty_body`, `wrong_json`: 200, applied or not.
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
    case 'latency':
    case 'server_error_before':
    case 'server_error_after':
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
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

function isApplied(kind: FaultKind, random: () => number): boolean {
  switch (kind) {
    case 'latency':
    case 'server_error_after':
    case 'drop_after':
    case 'apply_late':
    case 'partial_failure':
    case 'row_lock':
    case 'silent_drop_applied':
    case 'silent_drop_unapplied':
    case 'job_failure':
      return true
    case 'limit_total':
    case 'limit_concurrent':
    case 'server_error_before':
    case 'drop_before':
    case 'expired_session':
    case 'query_timeout':
      return false
    case 'html_page':
    case 'empty_body':
    case 'wrong_json':
      return random() < 0.5
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}

export class Faults extends FaultDraw<Exclude<FaultKind, 'latency'>, Operation, FaultSettings> {
  constructor(settings: FaultSettings, random: () => number) {
    super({ kinds: faultKinds, fits: faultFits, isApplied }, settings, random)
  }
}

/** The kinds that are worked out while the rows are written. */
export function sabotageOf(fault: Fault | null): Sabotage | null {
  return sabotages.find((kind) => kind === fault?.kind) ?? null
}
