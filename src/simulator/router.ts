/** Finds the route of a method and path, for any local CRM. */

/** What a router needs to know of a route; `:name` segments are parameters. */
export interface Routed {
  readonly method: string
  readonly segments: readonly string[]
}

export interface Match<Route extends Routed> {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export class Router<Route extends Routed> {
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
  find(method: string, path: string): Match<Route> | null {
    const segments = segmentsOf(path)
    for (const one of this.#routes.get(`${method} ${segments.length}`) ?? []) {
      const params = matched(one.segments, segments)
      if (params !== null) return { route: one, params }
    }
    return null
  }

  /** The methods that a path takes; none where there is no such path. */
  methods(path: string): readonly string[] {
    const found = [...this.#routes.keys()].map((key) => key.slice(0, key.indexOf(' ')))
    return [...new Set(found)].filter((method) => this.find(method, path) !== null)
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

export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

export function pathOf(url: string): string {
  const mark = url.indexOf('?')
  return mark < 0 ? url : url.slice(0, mark)
}

export function queryOf(url: string): string {
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}
