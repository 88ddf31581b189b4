/**
 * The order of release and claim: an operation that needs a match value which another record still
 * holds comes after the operation that gives it up. A ring of such needs (two records swap their
 * emails) has no order; it is broken by clearing one record's value first.
 */

export interface Order {
  /** Phase by sequence, for those that are not 0. */
  readonly phases: ReadonlyMap<number, number>
  /** Sequences whose match value must be cleared before phase 0, to break a ring. */
  readonly clearFirst: readonly number[]
}

/** `edges` are `[claiming, releasing]` sequences. */
export function orderClaims(edges: readonly (readonly [number, number])[]): Order {
  const waitsFor = new Map<number, number>()
  for (const [claiming, releasing] of edges) waitsFor.set(claiming, releasing)
  const phases = new Map<number, number>()
  const clearFirst: number[] = []
  for (const start of waitsFor.keys()) {
    if (phases.has(start)) continue
    const path = pathFrom(start, waitsFor, phases)
    const end = path.at(-1)
    const needed = end === undefined ? undefined : waitsFor.get(end)
    if (needed === undefined) continue
    const ring = path.includes(needed)
    if (ring) clearFirst.push(needed)
    let phase = ring ? 0 : (phases.get(needed) ?? 0)
    for (const sequence of path.toReversed()) {
      phase += 1
      phases.set(sequence, phase)
    }
  }
  return { phases, clearFirst }
}

/** Follows the needs from `start` until one that waits for nothing, is ordered already, or repeats. */
function pathFrom(
  start: number,
  waitsFor: ReadonlyMap<number, number>,
  ordered: ReadonlyMap<number, number>,
): number[] {
  const path: number[] = []
  const seen = new Set<number>()
  let current: number | undefined = start
  while (
    current !== undefined &&
    waitsFor.has(current) &&
    !ordered.has(current) &&
    !seen.has(current)
  ) {
    path.push(current)
    seen.add(current)
    current = waitsFor.get(current)
  }
  return path
}
