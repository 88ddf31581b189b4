import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fairShares } from './fair-shares.ts'

const all = Number.MAX_SAFE_INTEGER

describe('fair shares', () => {
  it.each([
    { needs: [], shares: [] },
    { needs: [all], shares: [190] },
    { needs: [all, all], shares: [95, 95] },
    { needs: [all, all, all, all], shares: [48, 48, 47, 47] },
    { needs: [all, 10, all], shares: [90, 10, 90] },
    { needs: [3, 10, 4], shares: [3, 10, 4] },
    { needs: [100, 60, 70], shares: [65, 60, 65] },
  ])('of 190 slots for needs of $needs are $shares', ({ needs, shares }) => {
    expect(fairShares(needs, 190, 0)).toEqual(shares)
  })

  it('add up to all slots, or to all needs; nobody gets more than it needs', () => {
    const needs = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 12 })
    const property = fc.property(
      needs,
      fc.integer({ min: 1, max: 60 }),
      fc.nat(),
      (some, max, at) => {
        const shares = fairShares(some, max, at)
        const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0)
        expect(sum(shares)).toBe(Math.min(max, sum(some)))
        shares.forEach((share, index) => expect(share).toBeLessThanOrEqual(some[index] ?? 0))
        const most = Math.max(0, ...shares)
        const unmet = shares.filter((share, index) => share < (some[index] ?? 0))
        for (const share of unmet) expect(most - share).toBeLessThanOrEqual(1)
      },
    )
    fc.assert(property)
  })

  it('go round where there are more owners than slots', () => {
    const seen = Array.from({ length: 7 }, (_, turn) =>
      fairShares(Array(7).fill(all), 2, turn * 5_000),
    )
    const total = seen[0]?.map((_, owner) => seen.reduce((sum, one) => sum + (one[owner] ?? 0), 0))
    expect(total).toEqual([2, 2, 2, 2, 2, 2, 2])
  })
})
