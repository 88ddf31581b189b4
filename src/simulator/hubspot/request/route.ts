/** One endpoint of the local HubSpot, as data. */
import { type Match as Found, segmentsOf } from '../../router.ts'
import type { Call, Reply } from './call.ts'
import type { Operation } from './operations.ts'
import type { LimitClass } from './rate-limits.ts'
import type { ScopeRule } from './scopes.ts'

export interface Route {
  readonly method: string
  readonly segments: readonly string[]
  readonly operation: Operation
  readonly limit: LimitClass
  readonly scope: ScopeRule
  /** Whether the caller must be known. */
  readonly open: boolean
  readonly handle: (call: Call) => Reply<object>
}

export interface RouteDetails {
  readonly operation: Operation
  readonly scope: ScopeRule
  readonly limit?: LimitClass
  readonly open?: boolean
}

export type Match = Found<Route>

/** `route('GET /crm/v3/objects/:type', { operation: 'list', scope: 'object.read' }, listRecords)` */
export function route(
  methodAndPath: string,
  details: RouteDetails,
  handle: (call: Call) => Reply<object>,
): Route {
  const [method = '', path = ''] = methodAndPath.split(' ')
  return { limit: 'general', open: false, ...details, method, segments: segmentsOf(path), handle }
}
