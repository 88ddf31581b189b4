import { expect, test } from 'vitest'
import { alarmOf, standingOf } from './journal-standing.ts'

const bounds = { journalAlarm: { ageMs: 60_000, bytes: 1_000 } }
const now = 1_706_702_400_000

test.each([
  ['nothing', { entries: 0, bytes: 0, oldest: null }, 0, null],
  ['what is as old as may be', { entries: 1, bytes: 1_000, oldest: now - 60_000 }, 60_000, null],
  ['what is older', { entries: 1, bytes: 5, oldest: now - 60_001 }, 60_001, 'age'],
  ['what is larger', { entries: 2, bytes: 1_001, oldest: now }, 0, 'size'],
  ['what another clock dates later', { entries: 1, bytes: 5, oldest: now + 9 }, 0, null],
])('%s is judged by both bounds', (_what, extent, ageMs, excess) => {
  const standing = standingOf(extent, bounds, now)
  expect(standing).toEqual({ ...extent, ageMs, excess })
  expect(alarmOf(standing)?.code ?? null).toBe(excess === null ? null : 'app.journal_waits')
})

test('the alarm names the option, the age and the size', () => {
  const standing = standingOf({ entries: 3, bytes: 7, oldest: now - 180_000 }, bounds, now)
  expect(alarmOf(standing)?.message).toMatch(/3 webhooks of 7 bytes.*3 minutes.*alarm\.age/)
})
