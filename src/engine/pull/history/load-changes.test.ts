import { expect, it } from 'vitest'
import { slicesFor } from './load-changes.ts'

const mb = 1_000_000

it.each([
  [1, 6, 320 * mb, 1],
  [1_000_000, 6, 320 * mb, 1],
  [10_000_000, 6, 320 * mb, 9],
  [10_000_000, 6, 10_000 * mb, 1],
  [10_000_000, 6, null, 1],
  [100_000, 300, 320 * mb, 2],
  [50_000, 100_000, 320 * mb, 1],
])(
  '%i changes of %i fields, with %s bytes to sort in, are folded in %i slices',
  (changes, fields, bytes, slices) => {
    expect(slicesFor(changes, fields, bytes)).toBe(slices)
  },
)
