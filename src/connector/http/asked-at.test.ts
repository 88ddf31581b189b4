import { describe, expect, it } from 'vitest'
import { RequestFailure } from '../connector.ts'
import { askedAt } from './asked-at.ts'

const dated = (date: string, tookMs: number) => ({
  status: 200,
  headers: { date },
  body: '',
  tookMs,
})

describe('askedAt', () => {
  it.each([
    ['Tue, 10 Mar 2026 12:00:00 GMT', 0, '2026-03-10T11:59:59.000000Z'],
    ['Tue, 10 Mar 2026 12:00:00 GMT', 1_250, '2026-03-10T11:59:57.750000Z'],
    ['Tue, 10 Mar 2026 12:00:00 GMT', 0.4, '2026-03-10T11:59:58.999000Z'],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 500, '2025-12-31T23:59:58.500000Z'],
  ])('of an answer of %s that took %s ms is %s', (date, tookMs, at) => {
    expect(askedAt(dated(date, tookMs))).toBe(at)
  })

  it.each(['', 'yesterday'])('refuses an answer whose date is %j', (date) => {
    expect(() => askedAt(dated(date, 0))).toThrow(RequestFailure)
  })
})
