import { expect, it } from 'vitest'
import { bucketDigits, rowsPerBucket } from './buckets.ts'

it.each([
  [0, 0],
  [64, 0],
  [65, 1],
  [1024, 1],
  [1025, 2],
  [1_000_000, 4],
  [10_000_000, 5],
  [10_000_000_000, 5],
])('%d rows are divided by %d digits', (rows, digits) => {
  expect(bucketDigits(rows, rowsPerBucket)).toBe(digits)
})
