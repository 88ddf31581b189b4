/** One endpoint of the local Pipedrive, as data. */
import { type Match as Found, segmentsOf } from '../../router.ts'
import type { Call, Reply } from './call.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { Operation } from './operations.ts'
import type { LimitClass } from './rate-limits.ts'
import type { ScopeRule } from './scopes.ts'

export interface Route {
  readonly method: string
  readonly segments: readonly string[]
  readonly operation: Operation
  readonly object: ObjectName | null
  /** Tokens of the daily budget. */
  readonly cost: number
  readonly limit: LimitClass
  readonly scope: ScopeRule
  /** Whether the caller need not be known. */
  readonly open: boolean
  readonly handle: (call: Call) => Reply<object>
}

export interface RouteDetails {
  readonly operation: Operation
  readonly cost: number
  readonly scope: ScopeRule
  readonly object?: ObjectName
  readonly limit?: LimitClass
}

export type Match = Found<Route>

/** `v2('GET /deals', { operation: 'list', cost: 10, scope: [] }, listDeals)` */
export function v2(
  methodAndPath: string,
  details: RouteDetails,
  handle: (call: Call) => Reply<object>,
): Route {
  return route(methodAndPath, '/api/v2', details, handle)
}

/** The first version answers under two paths. */
export function v1(
  methodAndPath: string,
  details: RouteDetails,
  handle: (call: Call) => Reply<object>,
): readonly Route[] {
  return ['/api/v1', '/v1'].map((base) => route(methodAndPath, base, details, handle))
}

/** For everybody and without limits. */
export function open(methodAndPath: string, handle: (call: Call) => Reply<object>): Route {
  const details = { operation: 'oauth', cost: 0, scope: [], limit: 'none' } as const
  return { ...route(methodAndPath, '', details, handle), open: true }
}

function route(
  methodAndPath: string,
  base: string,
  details: RouteDetails,
  handle: (call: Call) => Reply<object>,
): Route {
  const [method = '', path = ''] = methodAndPath.split(' ')
  return {
    limit: 'general',
    object: null,
    open: false,
    ...details,
    method,
    segments: segmentsOf(base + path),
    handle,
  }
}
