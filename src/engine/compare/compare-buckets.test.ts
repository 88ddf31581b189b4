import { describe, expect, it } from 'vitest'
import { chooseReading } from './compare-buckets.ts'

describe('the buckets to read', () => {
  const names = Array.from({ length: 16 }, (_, index) => index.toString(16))
  const rows = { equalRows: 30, differingRows: 12 }
  const chosen = (differing: readonly string[], digits: number, perList: number) =>
    chooseReading({ ...rows, differing }, digits, perList)

  it('are asked for in lists of a bounded length; the rows of others count as equal', () => {
    const some = { rows: 12, equalUnread: 30 }
    const lists = [['0', '1'], ['2', '3'], ['4']]
    expect(chosen(names.slice(0, 5), 1, 2)).toEqual({ lists, ...some })
    expect(chosen(names.slice(0, 8), 1, 100)).toEqual({ lists: [names.slice(0, 8)], ...some })
    expect(chosen([], 1, 2)).toEqual({ lists: [], ...some })
  })

  it('are all of them at once where most of them differ; no row is counted before it is read', () => {
    const all = { lists: [null], rows: 72, equalUnread: 0 }
    expect(chosen(names.slice(0, 9), 1, 2)).toEqual(all)
    expect(chosen([''], 0, 2)).toEqual(all)
  })
})
