import { expect, it } from 'vitest'
import { pollWait } from './poll.ts'

const pauses = { shortestPauseMs: 1_000, longestPauseMs: 20_000 }

it.each([
  [0, 1_000],
  [8_000, 1_000],
  [60_000, 7_500],
  [3_600_000, 20_000],
])('of a job started %i ms ago the next question comes after %i ms', (elapsed, wait) => {
  expect(pollWait(elapsed, pauses)).toBe(wait)
})
