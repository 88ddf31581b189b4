import { expect, test } from 'vitest'
import { cronProblem, nextCronTime } from './cron-time.ts'

/** The first times after a moment. */
function times(pattern: string, timeZone: string, after: string, count: number): readonly string[] {
  const found: string[] = []
  let time = Date.parse(after)
  for (let turn = 0; turn < count; turn += 1) {
    const next = nextCronTime({ every: 'cron', pattern, timeZone }, time)
    if (next === null) break
    found.push(new Date(next).toISOString().slice(0, 16))
    time = next
  }
  return found
}

test.each<[string, string, string, string, readonly string[]]>([
  [
    'a time of night that is left out comes at the end of the gap',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-03-28T12:00Z',
    ['2026-03-29T01:00', '2026-03-30T00:30'],
  ],
  [
    'a time of night that comes twice is taken once',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30', '2026-10-26T01:30'],
  ],
  [
    'every hour goes on through the hour that is left out',
    '0 * * * *',
    'Europe/Berlin',
    '2026-03-28T23:30Z',
    ['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00'],
  ],
  [
    'every hour goes on through the hour that comes twice',
    '0 * * * *',
    'Europe/Berlin',
    '2026-10-24T23:30Z',
    ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00'],
  ],
  [
    'three in the morning is three in the morning before and after',
    '0 3 * * 0',
    'Europe/Berlin',
    '2026-03-20T12:00Z',
    ['2026-03-22T02:00', '2026-03-29T01:00', '2026-04-05T01:00'],
  ],
  [
    'without a zone of its own there is no jump',
    '30 2 * * *',
    'UTC',
    '2026-03-28T12:00Z',
    ['2026-03-29T02:30', '2026-03-30T02:30'],
  ],
])('%s', (_what, pattern, zone, after, expected) => {
  expect(times(pattern, zone, after, expected.length)).toEqual(expected)
})

test('a moment that is a time of the calendar is not after itself', () => {
  const calendar = { every: 'cron', pattern: '0 3 * * *', timeZone: 'UTC' } as const
  const three = Date.parse('2026-11-22T03:00Z')
  const day = 86_400_000
  expect([-1, 0, 1].map((ms) => nextCronTime(calendar, three + ms))).toEqual([
    three,
    three + day,
    three + day,
  ])
})

test.each([
  ['0 3 * * 0', null],
  ['*/15 8-18 * * 1-5', null],
  ['0 0 30 2 *', 'This time never comes.'],
  ['61 * * * *', expect.stringContaining('such as `0 3 * * 0`')],
  ['* * * * * *', expect.stringContaining('such as `0 3 * * 0`')],
  ['sometimes', expect.stringContaining('such as `0 3 * * 0`')],
  ['', expect.stringContaining('such as `0 3 * * 0`')],
])('of the calendar %s is wrong: %s', (pattern, told) => {
  expect(cronProblem(pattern)).toEqual(told)
})
