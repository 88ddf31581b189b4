import { describe, expect, it } from 'vitest'
import { duration, durationMs } from './duration.ts'

describe('a length of time', () => {
  it.each([
    ['1m', 60_000],
    ['90m', 5_400_000],
    ['6h', 21_600_000],
    ['7d', 604_800_000],
  ])('%s is %i ms', (text, ms) => {
    expect(durationMs(duration.parse(text))).toBe(ms)
  })

  it.each(['', '7', 'd', '0d', '-1h', '1.5h', '7 d', '1w', '7D'])('is not %j', (text) => {
    expect(duration.safeParse(text).success).toBe(false)
  })
})
