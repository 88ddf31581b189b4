import { expect, it } from 'vitest'
import { slicesFor } from './load-changes.ts'

it.each([
  [1, 6, 1],
  [1_000_000, 6, 1],
  [10_000_000, 6, 9],
  [100_000, 300, 2],
  [50_000, 100_000, 1],
])('%i changes of %i fields are folded in %i slices', (changes, fields, slices) => {
  expect(slicesFor(changes, fields)).toBe(slices)
})
