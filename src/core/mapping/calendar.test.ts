import { describe, expect, it } from 'vitest'
import { dateInZone, isTimeZone, isValidDate } from './calendar.ts'

describe('a date as text', () => {
  it.each([
    '2024-02-29',
    '2000-02-29',
    '2023-02-28',
    '1999-12-31',
    '2026-04-30',
    '0001-01-01',
    '9999-12-31',
  ])('%s is a day', (text) => {
    expect(isValidDate(text)).toBe(true)
  })

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '26-01-01',
    ' 2026-01-01',
    '2026-01-01T00:00:00',
    '10000-01-01',
    '0044-03-15 (BC)',
    '',
  ])('%j is none', (text) => {
    expect(isValidDate(text)).toBe(false)
  })
})

describe('the day of an instant in a zone', () => {
  it.each([
    // 23:30 on 1 March in UTC−8, and half an hour later.
    ['2026-03-02T07:30:00.000000Z', 'America/Los_Angeles', '2026-03-01'],
    ['2026-03-02T08:00:00.000000Z', 'America/Los_Angeles', '2026-03-02'],
    // 23:30 on 1 March in UTC+13, and half an hour later.
    ['2026-03-01T10:30:00.000000Z', 'Pacific/Auckland', '2026-03-01'],
    ['2026-03-01T11:00:00.000000Z', 'Pacific/Auckland', '2026-03-02'],
    // The last microsecond of a day is still that day.
    ['2026-03-02T07:59:59.999999Z', 'America/Los_Angeles', '2026-03-01'],
    // The night to 8 March 2026 has 23 hours in Los Angeles: it begins at UTC−8, ends at UTC−7.
    ['2026-03-08T07:30:00.000000Z', 'America/Los_Angeles', '2026-03-07'],
    ['2026-03-08T08:00:00.000000Z', 'America/Los_Angeles', '2026-03-08'],
    ['2026-03-09T06:30:00.000000Z', 'America/Los_Angeles', '2026-03-08'],
    ['2026-03-09T07:00:00.000000Z', 'America/Los_Angeles', '2026-03-09'],
    // The night to 1 November 2026 has 25.
    ['2026-11-01T06:30:00.000000Z', 'America/Los_Angeles', '2026-10-31'],
    ['2026-11-01T07:00:00.000000Z', 'America/Los_Angeles', '2026-11-01'],
    ['2026-11-02T07:30:00.000000Z', 'America/Los_Angeles', '2026-11-01'],
    ['2026-11-02T08:00:00.000000Z', 'America/Los_Angeles', '2026-11-02'],
    // In Auckland: back on 5 April, forward on 27 September.
    ['2026-04-04T10:30:00.000000Z', 'Pacific/Auckland', '2026-04-04'],
    ['2026-04-05T11:30:00.000000Z', 'Pacific/Auckland', '2026-04-05'],
    ['2026-09-26T11:30:00.000000Z', 'Pacific/Auckland', '2026-09-26'],
    ['2026-09-27T10:30:00.000000Z', 'Pacific/Auckland', '2026-09-27'],
    // A zone whose summer begins at midnight: the day starts at 01:00.
    ['2026-09-06T03:59:59.999999Z', 'America/Santiago', '2026-09-05'],
    ['2026-09-06T04:00:00.000000Z', 'America/Santiago', '2026-09-06'],
    // A day that never was: Samoa went from 29 to 31 December 2011.
    ['2011-12-30T09:59:00.000000Z', 'Pacific/Apia', '2011-12-29'],
    ['2011-12-30T10:00:00.000000Z', 'Pacific/Apia', '2011-12-31'],
    // Years that need their zeros, and the calendar of today before it was introduced.
    ['0999-05-05T12:00:00.000000Z', 'UTC', '0999-05-05'],
    ['1500-02-28T23:30:00.000000Z', 'UTC', '1500-02-28'],
  ])('%s in %s is %s', (instant, zone, date) => {
    expect(dateInZone(instant, zone)).toBe(date)
  })

  it.each([
    ['infinity', 'UTC'],
    ['2026-13-01T00:00:00.000000Z', 'UTC'],
    ['0001-01-01T02:00:00.000000Z', 'America/Los_Angeles'],
    ['9999-12-31T20:00:00.000000Z', 'Pacific/Auckland'],
  ])('%s in %s is no day that a date can hold', (instant, zone) => {
    expect(dateInZone(instant, zone)).toBeNull()
  })
})

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Pacific/Auckland', 'Asia/Kathmandu'])('%s is known', (name) => {
    expect(isTimeZone(name)).toBe(true)
  })

  it.each(['Mars/Olympus', '', 'Berlin'])('%j is not', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})
