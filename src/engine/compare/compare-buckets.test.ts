import { describe, expect, it } from 'vitest'
import { bucketLists } from './compare-buckets.ts'

describe('the buckets to read', () => {
  const names = Array.from({ length: 16 }, (_, index) => index.toString(16))

  it('are asked for in lists of a bounded length', () => {
    expect(bucketLists(names.slice(0, 5), 1, 2)).toEqual([['0', '1'], ['2', '3'], ['4']])
    expect(bucketLists([], 1, 2)).toEqual([])
  })

  it('are all of them at once where most of them differ', () => {
    expect(bucketLists(names.slice(0, 8), 1, 100)).toEqual([names.slice(0, 8)])
    expect(bucketLists(names.slice(0, 9), 1, 2)).toEqual([null])
    expect(bucketLists([''], 0, 2)).toEqual([null])
  })
})
