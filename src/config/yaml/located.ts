/**
 * A file's content as a tree in which every value knows where it stands. Trees of several files
 * can be merged, and each part still names its own file, line and column.
 */
import type { Place } from '../../model/error.ts'

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** The text as written, without quotes: what a number was before it was read as one. */
  readonly source: string
  /** Quoted and block texts are texts, whatever they look like. */
  readonly quoted: boolean
  /** The value is no longer the text in the file, which alone may be shown. */
  readonly resolved: boolean
  readonly place: Place
}

export interface LocatedMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, LocatedEntry>
  readonly place: Place
}

export interface LocatedEntry {
  /** Where the key stands. */
  readonly place: Place
  readonly value: Located
}

export interface LocatedList {
  readonly kind: 'list'
  readonly items: readonly Located[]
  readonly place: Place
}

export type Located = LocatedScalar | LocatedMap | LocatedList

export type Path = readonly (string | number)[]

/** The node at a path below `node`, or null where there is none. */
export function nodeAt(node: Located, path: Path): Located | null {
  let current: Located | null = node
  for (const step of path) {
    if (current === null) return null
    current = childOf(current, step)
  }
  return current
}

/**
 * Where the value at `path` stands; for one that is missing, the innermost mapping that should
 * hold it. The dotted path names the value itself in both cases.
 */
export function placeAt(node: Located, path: Path): Place {
  let current = node
  let reached = 0
  for (const step of path) {
    const child = childOf(current, step)
    if (child === null) break
    current = child
    reached++
  }
  const rest = path.slice(reached).map(String)
  if (rest.length === 0) return current.place
  const base = current.place.path
  return { ...current.place, path: [...(base ? [base] : []), ...rest].join('.') }
}

/** Where the key of the value at `path` stands. */
export function keyPlaceAt(node: Located, path: Path): Place {
  const parent = nodeAt(node, path.slice(0, -1))
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined
  return entry?.place ?? placeAt(node, path)
}

export function toPlain(node: Located): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(toPlain)
    case 'map':
      return Object.fromEntries(
        [...node.entries].map(([key, entry]) => [key, toPlain(entry.value)]),
      )
    default: {
      const impossible: never = node
      return impossible
    }
  }
}

/** The entry's value, or null. */
export function childOf(node: Located, step: string | number): Located | null {
  if (node.kind === 'map') return node.entries.get(String(step))?.value ?? null
  if (node.kind === 'list') return node.items[Number(step)] ?? null
  return null
}

/** `over` wins key by key; a null in it takes away what `base` has. */
export function mergeTrees(base: Located, over: Located): Located {
  if (base.kind !== 'map' || over.kind !== 'map') return over
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const below = base.entries.get(key)
    if (below === undefined) entries.set(key, entry)
    else if (entry.value.kind === 'scalar' && entry.value.value === null) entries.delete(key)
    else entries.set(key, { place: entry.place, value: mergeTrees(below.value, entry.value) })
  }
  return { ...base, entries }
}

/** The map without some of its keys. */
export function without(node: LocatedMap, keys: readonly string[]): LocatedMap {
  const entries = [...node.entries].filter(([key]) => !keys.includes(key))
  return { ...node, entries: new Map(entries) }
}
