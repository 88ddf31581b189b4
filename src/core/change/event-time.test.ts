import { describe, expect, it } from 'vitest'
import {
  changeRank,
  isFarAhead,
  readRank,
  timeOfEvent,
  timeOfRead,
  timeOfUnexplained,
  unsettledRank,
} from './event-time.ts'

const ten = '2026-03-01T10:00:00.000000Z'

describe('the time of a read', () => {
  it.each([
    ['microsecond', '2026-03-01T10:00:00.000000Z'],
    ['millisecond', '2026-03-01T10:00:00.000999Z'],
    ['second', '2026-03-01T10:00:00.999999Z'],
    ['minute', '2026-03-01T10:00:59.999999Z'],
  ] as const)(
    'is the last microsecond of the %s that its timestamp names',
    (resolution, eventAt) => {
      const time = { eventAt, shownAt: ten, rank: readRank }
      expect(timeOfRead(ten, resolution, '2026-03-01T10:00:59.999999Z')).toEqual(time)
    },
  )

  it('is the beginning of an instant that may not have been over, before what else happened in it', () => {
    const asked = '2026-03-01T10:00:00.999998Z'
    const time = { eventAt: ten, shownAt: ten, rank: unsettledRank }
    expect(timeOfRead(ten, 'second', asked)).toEqual(time)
    expect(timeOfRead(ten, 'microsecond', asked).rank).toBe(readRank)
    expect(unsettledRank).toBeLessThan(changeRank)
  })

  it('comes after an event of the same instant', () => {
    expect(timeOfEvent(ten)).toEqual({ eventAt: ten, shownAt: ten, rank: changeRank })
    expect(readRank).toBeGreaterThan(changeRank)
  })

  it('is that of the request for a difference that the timestamp does not explain', () => {
    const asked = '2026-03-01T12:30:00.000000Z'
    const time = { eventAt: asked, shownAt: asked, rank: readRank }
    expect(timeOfUnexplained(ten, 'second', asked)).toEqual(time)
  })

  it('is after what the timestamp covers, even when the CRM answers within the same second', () => {
    const { eventAt } = timeOfUnexplained(ten, 'second', '2026-03-01T10:00:00.000000Z')
    expect(eventAt).toBe('2026-03-01T10:00:01.000000Z')
    expect(eventAt > timeOfRead(ten, 'second', eventAt).eventAt).toBe(true)
  })
})

describe('a time ahead of its arrival', () => {
  const at = Date.parse(ten)

  it.each([
    ['2025-01-01T00:00:00.000000Z', false],
    ['2026-03-02T00:00:00.000000Z', false],
    ['2026-03-02T10:00:00.000000Z', false],
    ['2026-03-02T10:00:00.001000Z', true],
    ['2099-12-31T23:59:59.999999Z', true],
  ])('by more than a day can not be right: %s', (eventAt, isFar) => {
    expect(isFarAhead(eventAt, at)).toBe(isFar)
  })
})
