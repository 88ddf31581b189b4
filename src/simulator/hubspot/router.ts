/** Finds the handler of a method and path. */
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

/** `route('GET /crm/v3/objects/:type', { operation: 'list', scope: 'object.read' }, listRecords)` */
export function route(
  methodAndPath: string,
  details: RouteDetails,
  handle: (call: Call) => Reply<object>,
): Route {
  const [method = '', path = ''] = methodAndPath.split(' ')
  return { limit: 'general', open: false, ...details, method, segments: split(path), handle }
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export class Router {
  readonly #routes = new Map<string, Route[]>()

  constructor(routes: readonly Route[]) {
    for (const one of routes) {
      const key = `${one.method} ${one.segments.length}`
      const list = this.#routes.get(key) ?? []
      list.push(one)
      this.#routes.set(key, list)
    }
  }

  /** The first route that fits: literal ones come before those with parameters. */
  find(method: string, path: string): Match | null {
    const segments = split(path)
    for (const one of this.#routes.get(`${method} ${segments.length}`) ?? []) {
      const params = matched(one.segments, segments)
      if (params !== null) return { route: one, params }
    }
    return null
  }
}

function matched(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | null {
  const params: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    const given = segments[index] ?? ''
    if (wanted.startsWith(':')) params[wanted.slice(1)] = decoded(given)
    else if (wanted !== given) return null
  }
  return params
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}
