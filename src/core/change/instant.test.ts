import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMicroseconds, instantOf } from './instant.ts'

describe('an instant', () => {
  it.each([
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000000Z'],
    ['2026-03-01 10:00:00+00', '2026-03-01T10:00:00.000000Z'],
    ['2026-03-01T10:00:00.5+02:00', '2026-03-01T08:00:00.500000Z'],
    ['2026-03-01T00:30:00-0130', '2026-03-01T02:00:00.000000Z'],
    ['2026-03-01T10:00:00.123456000Z', '2026-03-01T10:00:00.123456Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000000Z'],
  ])('%s is %s', (written, canonical) => {
    expect(instantOf(written)).toBe(canonical)
  })

  it.each([
    '2026-03-01T10:00:00',
    '2026-02-30T10:00:00Z',
    '2025-02-29T10:00:00Z',
    '1900-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-01-00T10:00:00Z',
    '2026-04-31T10:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T10:60:00Z',
    '2026-03-01T10:00:60Z',
    '0000-01-01T00:00:00Z',
    '2026-02-30T10:00:00+01:00',
    '2026-03-01T10:00:00.1234567Z',
    '0001-01-01T00:00:00+01:00',
    '2026-03-01',
    'yesterday',
  ])('is not %s', (written) => {
    expect(instantOf(written)).toBeNull()
  })

  it('moves by microseconds, and back', () => {
    const times = fc.date({
      min: new Date('0002-01-01'),
      max: new Date('9998-01-01'),
      noInvalidDate: true,
    })
    const micros = fc.bigInt({ min: -10_000_000_000n, max: 10_000_000_000n })
    fc.assert(
      fc.property(times, micros, (time, step) => {
        const from = time.toISOString().replace('Z', '123Z')
        const moved = addMicroseconds(from, step)
        expect(addMicroseconds(moved, -step)).toBe(from)
        expect(moved > from).toBe(step > 0n)
      }),
    )
  })
})
