import { expect, test } from 'vitest'
import type { NextTime, Rhythm } from '../../model/schedule.ts'
import { dueAt } from './due.ts'

const at = (text: string): number => Date.parse(text)
const minute = 60_000
const quarter: Rhythm = { every: 'interval', ms: 15 * minute }
const sunday: Rhythm = { every: 'cron', pattern: '0 3 * * 0', timeZone: 'UTC' }
const week = 7 * 24 * 60 * minute
const first = at('2026-11-01T03:00Z')
/** Each Sunday at three. */
const sundays: NextTime = (_rhythm, after) =>
  first + (Math.floor((after - first) / week) + 1) * week

/** Since when it is known, when it was last begun, when that ended. */
type Past = readonly [since: string, startedAt: string | null, endedAt: string | null]

test.each<[string, Rhythm, Past, string]>([
  ['an interval at first', quarter, ['2026-11-22T10:00Z', null, null], '2026-11-22T10:00Z'],
  [
    'an interval after a start, however long the run took',
    quarter,
    ['2026-11-01T00:00Z', '2026-11-22T10:00Z', '2026-11-22T10:14Z'],
    '2026-11-22T10:15Z',
  ],
  [
    'an interval after a run that was cut off',
    quarter,
    ['2026-11-01T00:00Z', '2026-11-22T10:00Z', null],
    '2026-11-22T10:00Z',
  ],
  ['a calendar at first', sunday, ['2026-11-18T10:00Z', null, null], '2026-11-22T03:00Z'],
  [
    'a calendar, one time after the other',
    sunday,
    ['2026-11-01T00:00Z', '2026-11-22T03:00:00.05Z', '2026-11-22T03:10Z'],
    '2026-11-29T03:00Z',
  ],
  [
    'a calendar whose time was missed twice, once',
    sunday,
    ['2026-11-01T00:00Z', '2026-11-08T03:00Z', '2026-11-08T03:10Z'],
    '2026-11-15T03:00Z',
  ],
])('%s is due', (_what, rhythm, [since, startedAt, endedAt], expected) => {
  const record = {
    since: at(since),
    startedAt: startedAt === null ? null : at(startedAt),
    endedAt: endedAt === null ? null : at(endedAt),
  }
  expect(new Date(dueAt(rhythm, record, sundays) ?? 0)).toEqual(new Date(expected))
})

test('a missed calendar is due once: after that start comes the next time', () => {
  const begun = at('2026-11-22T17:00Z')
  const record = { since: 0, startedAt: begun, endedAt: begun + minute }
  expect(dueAt(sunday, record, sundays)).toBe(at('2026-11-29T03:00Z'))
})

test('a calendar without a further time is never due', () => {
  expect(dueAt(sunday, { since: 0, startedAt: null, endedAt: null }, () => null)).toBe(null)
})
