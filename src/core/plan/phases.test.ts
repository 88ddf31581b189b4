import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Order, orderClaims } from './phases.ts'

type Edge = readonly [claiming: number, releasing: number]

describe('the order of release and claim', () => {
  it('is empty without claims', () => {
    expect(orderClaims([])).toEqual({ phases: new Map(), clearFirst: [] })
  })

  it('puts a claim after its release', () => {
    expect(orderClaims([[1, 2]])).toEqual({ phases: new Map([[1, 1]]), clearFirst: [] })
  })

  it('puts each link of a chain after the next, wherever it begins', () => {
    const chain: readonly Edge[] = [
      [2, 3],
      [1, 2],
      [3, 4],
    ]
    expect(orderClaims(chain)).toEqual({
      phases: new Map([
        [3, 1],
        [2, 2],
        [1, 3],
      ]),
      clearFirst: [],
    })
  })

  it('breaks a swap by clearing one of the two', () => {
    const { phases, clearFirst } = orderClaims([
      [1, 2],
      [2, 1],
    ])
    expect(clearFirst).toEqual([1])
    expect(phases).toEqual(
      new Map([
        [1, 2],
        [2, 1],
      ]),
    )
  })

  it('breaks a ring of three at one place', () => {
    const { phases, clearFirst } = orderClaims([
      [1, 2],
      [2, 3],
      [3, 1],
    ])
    expect(clearFirst).toEqual([1])
    expect(phases).toEqual(
      new Map([
        [3, 1],
        [2, 2],
        [1, 3],
      ]),
    )
  })

  it('breaks each of two rings', () => {
    const { clearFirst } = orderClaims([
      [1, 2],
      [2, 1],
      [3, 4],
      [4, 3],
    ])
    expect(clearFirst).toEqual([1, 3])
  })

  it('lets a tail wait for the ring that it runs into, and clears only in the ring', () => {
    const { phases, clearFirst } = orderClaims([
      [9, 8],
      [8, 1],
      [1, 2],
      [2, 1],
    ])
    expect(clearFirst).toEqual([1])
    expect(phases).toEqual(
      new Map([
        [2, 1],
        [1, 2],
        [8, 3],
        [9, 4],
      ]),
    )
  })

  it('is found for a chain of 100,000 without recursion', () => {
    const chain = Array.from({ length: 100_000 }, (_, at): Edge => [at + 1, at + 2])
    expect(orderClaims(chain).phases.get(1)).toBe(100_000)
  })
})

describe('executing the phases in order', () => {
  /**
   * Records 0 to n−1 each hold their own number as value; some are given another value, no two the
   * same. A value that no record holds stands for one that is new.
   */
  const moves = fc.integer({ min: 1, max: 12 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      targets: fc.shuffledSubarray(
        Array.from({ length: size * 2 }, (_, value) => value),
        { minLength: size, maxLength: size },
      ),
      moving: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
      order: fc.shuffledSubarray(
        Array.from({ length: size }, (_, at) => at),
        { minLength: size, maxLength: size },
      ),
    }),
  )

  it('never gives a value to two records, whatever comes first within a phase', () => {
    fc.assert(
      fc.property(moves, ({ size, targets, moving, order }) => {
        // A record that stays keeps its value, so nobody may claim it.
        const claims = new Map(
          order
            .filter((at) => moving[at] === true && targets[at] !== at)
            .map((at) => [at, targets[at] ?? at] as const)
            .filter(
              ([, value]) => value >= size || (moving[value] === true && targets[value] !== value),
            ),
        )
        const valid = closed(claims, size)
        const edges = [...valid].flatMap(([at, value]): Edge[] =>
          value < size ? [[at, value]] : [],
        )
        const held = execute(size, valid, orderClaims(edges), order)
        for (const [at, value] of valid) expect(held.get(at)).toBe(value)
      }),
      { numRuns: 500 },
    )
  })

  it('clears no more values than there are rings', () => {
    fc.assert(
      fc.property(moves, ({ size, order }) => {
        // A permutation is nothing but rings.
        const edges = order.flatMap((value, at): Edge[] => (value === at ? [] : [[at, value]]))
        expect(orderClaims(edges).clearFirst).toHaveLength(rings(order))
        const claims = new Map(edges)
        const held = execute(size, claims, orderClaims(edges), order)
        for (const [at, value] of claims) expect(held.get(at)).toBe(value)
      }),
    )
  })
})

/** Without the claims on values whose holder gives them up no longer, until none is left. */
function closed(claims: ReadonlyMap<number, number>, size: number): ReadonlyMap<number, number> {
  const kept = new Map([...claims].filter(([, value]) => value >= size || claims.has(value)))
  return kept.size === claims.size ? kept : closed(kept, size)
}

/** What each record holds in the end; throws where two hold the same value in between. */
function execute(
  size: number,
  claims: ReadonlyMap<number, number>,
  { phases, clearFirst }: Order,
  order: readonly number[],
): ReadonlyMap<number, number> {
  const held = new Map(Array.from({ length: size }, (_, at) => [at, at]))
  for (const at of clearFirst) held.delete(at)
  const last = Math.max(0, ...phases.values())
  for (let phase = 0; phase <= last; phase++) {
    for (const at of order) {
      const value = claims.get(at)
      if (value === undefined || (phases.get(at) ?? 0) !== phase) continue
      if ([...held].some(([other, holds]) => other !== at && holds === value)) {
        throw new Error(`record ${at} claims ${value} in phase ${phase}, which is held`)
      }
      held.set(at, value)
    }
  }
  return held
}

function rings(permutation: readonly number[]): number {
  const seen = new Set<number>()
  let count = 0
  permutation.forEach((value, start) => {
    if (value === start || seen.has(start)) return
    count += 1
    for (let at = start; !seen.has(at); at = permutation[at] ?? at) seen.add(at)
  })
  return count
}
