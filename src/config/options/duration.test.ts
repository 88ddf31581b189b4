import { expect, it } from 'vitest'
import { duration, durationMs } from './duration.ts'

it.each([
  ['15m', 900_000],
  ['6h', 21_600_000],
  ['7d', 604_800_000],
])('%s is a length of time', (text, ms) => {
  expect(durationMs(duration.parse(text))).toBe(ms)
})

const general = ', such as 10m, 6h or 7d.'

it.each([
  [15, ': write 15m, 15h or 15d.'],
  ['15', ': write 15m, 15h or 15d.'],
  ['15 minutes', ': write 15m.'],
  ['2H', ': write 2h.'],
  ['3 days', ': write 3d.'],
  ['2 months', general],
  ['90s', general],
  ['100000m', general],
  [0, general],
  [1.5, general],
  [['1'], general],
  [null, general],
])('%j is none, and what was meant is told', (given, end) => {
  const { error } = duration.safeParse(given)
  const rule = 'A length of time is a number with m, h or d, for minutes, hours or days'
  expect(error?.issues.map(({ message }) => message)).toEqual([`${rule}${end}`])
})
