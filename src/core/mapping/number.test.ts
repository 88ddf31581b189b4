import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainNumber } from './number.ts'

describe('a number as text', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['+7', '7'],
    ['007', '7'],
    ['1.50', '1.5'],
    ['1.', '1'],
    ['-12.340', '-12.34'],
    ['9007199254740993', '9007199254740993'],
    ['170141183460469231731687303715884105727', '170141183460469231731687303715884105727'],
    ['12345678901234567890123456789.123456789', '12345678901234567890123456789.123456789'],
    ['1e3', '1000'],
    ['1.5E+2', '150'],
    ['1.25e1', '12.5'],
    ['1e-7', '0.0000001'],
    ['-1.7976931348623157e308', `-17976931348623157${'0'.repeat(292)}`],
    ['5e-324', `0.${'0'.repeat(323)}5`],
    ['0e9999', '0'],
  ])('%s is plainly %s', (text, plain) => {
    expect(plainNumber(text)).toBe(plain)
  })

  it.each(['', ' 1', '1 ', '.5', '1,5', '1_000', '0x10', 'NaN', 'Infinity', '-', '1e', '1e99999'])(
    '%j is no number',
    (text) => {
      expect(plainNumber(text)).toBeNull()
    },
  )

  it('means what exact arithmetic means, whatever the exponent', () => {
    const parts = fc.record({
      digits: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
      places: fc.nat(45),
      exponent: fc.integer({ min: -60, max: 60 }),
    })
    fc.assert(
      fc.property(parts, ({ digits, places, exponent }) => {
        const plain = plainNumber(`${pointed(digits, places)}e${exponent}`)
        // Both sides times 10^200 are integers.
        expect(scaled(plain ?? 'none', 200)).toBe(digits * 10n ** BigInt(200 - places + exponent))
      }),
    )
  })

  it('has one text per number, which is plain already', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(30), fc.nat(10), (digits, places, zeros) => {
        const plain = plainNumber(pointed(digits, places))
        expect(plain).toMatch(/^(-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?)$/)
        expect(plainNumber(plain ?? '')).toBe(plain)
        const padded = plain?.includes('.') ? plain + '0'.repeat(zeros) : plain
        expect(plainNumber(padded ?? '')).toBe(plain)
      }),
    )
  })

  it('keeps every finite double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(plainNumber(String(value)))).toBe(value === 0 ? 0 : value)
      }),
    )
  })
})

/** `digits` with the point `places` from the right. */
function pointed(digits: bigint, places: number): string {
  const sign = digits < 0n ? '-' : ''
  const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0')
  const point = text.length - places
  return places === 0 ? sign + text : `${sign}${text.slice(0, point)}.${text.slice(point)}`
}

/** The number times 10^places; throws where that is no integer. */
function scaled(plain: string, places: number): bigint {
  const [whole = '', fraction = ''] = plain.replace('-', '').split('.')
  if (fraction.length > places) throw new RangeError(`${plain} has too many places`)
  const magnitude = BigInt(whole + fraction.padEnd(places, '0'))
  return plain.startsWith('-') ? -magnitude : magnitude
}
