import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KnownValue } from '../../../model/change.ts'
import type { Column } from '../../../model/value.ts'
import { duckdbDialect } from '../../sql/dialects/duckdb.ts'
import { postgresDialect } from '../../sql/dialects/postgres.ts'
import { fit } from './fit.ts'
import { placeFields, placesOf } from './place-fields.ts'

const column = (kind: Column['kind'], scale?: number): Column => ({
  name: `a_${kind}`,
  kind,
  nativeType: kind,
  ...(scale === undefined ? {} : { scale }),
})
const value = (kind: KnownValue['kind'], text: string): KnownValue => ({ kind, text })

describe('a value', () => {
  it.each<[KnownValue, Column, string | null]>([
    [value('text', ''), column('text'), ''],
    [value('integer', '12'), column('text'), null],
    [value('text', '12'), column('integer'), null],
    [value('integer', '9223372036854775807'), column('integer'), '9223372036854775807'],
    [value('integer', '9223372036854775808'), column('integer'), null],
    [value('decimal', '1.5'), column('integer'), null],
    [value('decimal', '1.5'), column('decimal', 2), '1.50'],
    [value('integer', '-3'), column('decimal', 2), '-3.00'],
    [value('decimal', '1.234'), column('decimal', 2), null],
    [value('integer', '9'.repeat(29)), column('decimal', 9), `${'9'.repeat(29)}.000000000`],
    [value('integer', '9'.repeat(30)), column('decimal', 9), null],
    [value('decimal', '1.234'), column('decimal'), '1.234'],
    [value('decimal', '0.1'), column('double'), '0.1'],
    [value('integer', '9007199254740993'), column('double'), null],
    [value('decimal', '0.1234567890123456789'), column('double'), null],
    [value('double', '1e300'), column('double'), '1e300'],
    [value('boolean', 'true'), column('boolean'), 'true'],
    [value('date', '2026-03-01'), column('timestamp_tz'), null],
    [value('text', 'a"b'), column('json'), '"a\\"b"'],
    [value('integer', '9007199254740993'), column('json'), '9007199254740993'],
    [value('double', 'NaN'), column('json'), null],
    [value('json', '[1]'), column('unsupported'), null],
  ])('%o stands in %o as %o', (one, place, text) => {
    expect(fit(one, place, duckdbDialect)).toBe(text)
  })

  it('stands in a decimal column with the same digits, or not at all', () => {
    const wholes = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })
    const fractions = fc.stringMatching(/^[0-9]{0,11}[1-9]$/)
    fc.assert(
      fc.property(wholes, fractions, fc.nat({ max: 12 }), (whole, fraction, scale) => {
        const placed = fit(
          value('decimal', `${whole}.${fraction}`),
          column('decimal', scale),
          duckdbDialect,
        )
        const digits = String(whole).replace('-', '').length
        const fits = fraction.length <= scale && digits <= 38 - scale
        expect(placed).toBe(fits ? `${whole}.${fraction.padEnd(scale, '0')}` : null)
      }),
    )
  })
})

describe('a text that not every warehouse can hold', () => {
  const [half, zero] = [value('text', 'cut \ud83d'), value('text', 'a\0b')]
  const escaped = value('json', String.raw`["\ud83d", "\u0000"]`)
  const source = { ...column('text'), isSource: true } as const

  it.each([
    ['half an emoji', half, null, null, String.raw`"cut \ud83d"`],
    ['U+0000', zero, 'a\0b', null, String.raw`"a\u0000b"`],
    ['a whole emoji', value('text', '\u{1f600}'), '\u{1f600}', '\u{1f600}', '"\u{1f600}"'],
  ])('stands in text where it can: %s', (_, one, inDuckdb, inPostgres, asJson) => {
    expect(fit(one, column('text'), duckdbDialect)).toBe(inDuckdb)
    expect(fit(one, column('text'), postgresDialect)).toBe(inPostgres)
    expect(fit(one, column('json'), postgresDialect)).toBe(asJson)
  })

  it('stands in JSON where that is read with halves of surrogate pairs', () => {
    expect(fit(half, column('json'), duckdbDialect)).toBe(null)
    expect(fit(escaped, column('json'), duckdbDialect)).toBe(null)
    expect(fit(escaped, column('json'), postgresDialect)).toBe(escaped.text)
    const pair = value('json', String.raw`["\ud83d\ude00", "\\ud83d"]`)
    expect(fit(pair, column('json'), duckdbDialect)).toBe(pair.text)
    expect(fit(value('json', '["\ud83d"]'), column('json'), duckdbDialect)).toBe(null)
  })

  it('stands as JSON in text where nothing else holds it, and nothing else stands there', () => {
    expect(fit(half, source, duckdbDialect)).toBe(String.raw`"cut \ud83d"`)
    expect(fit(escaped, source, duckdbDialect)).toBe(escaped.text)
    expect(fit(value('json', '["\ud83d"]'), source, duckdbDialect)).toBe(String.raw`["\ud83d"]`)
    expect(fit(value('text', 'plain'), source, duckdbDialect)).toBe(null)
  })
})

describe('the fields of a change', () => {
  const places = placesOf([
    { ...column('integer'), field: 'amount' },
    { ...column('text'), field: 'title' },
    { ...column('text'), field: 'amount' },
  ])
  const place = (fields: Readonly<Record<string, KnownValue | null>>): unknown => {
    const { texts, homeless } = placeFields(new Map(Object.entries(fields)), places, duckdbDialect)
    return { texts, homeless: [...homeless.keys()] }
  }

  it('fill the first column that can hold their value, and empty the others', () => {
    const [number, text] = [value('integer', '7'), value('text', 'much')]
    expect(place({ amount: number })).toEqual({ texts: ['=7', null, ''], homeless: [] })
    expect(place({ amount: text })).toEqual({ texts: ['', null, '=much'], homeless: [] })
  })

  it('that are null are null in all of them, and those not known in none', () => {
    expect(place({ amount: null })).toEqual({ texts: ['', null, ''], homeless: [] })
    expect(place({})).toEqual({ texts: [null, null, null], homeless: [] })
  })

  it('keep an empty text and a null apart', () => {
    expect(place({ title: value('text', '') })).toMatchObject({ texts: [null, '=', null] })
    expect(place({ title: value('text', '=') })).toMatchObject({ texts: [null, '==', null] })
  })

  it('are named where no column can hold them, or they have none', () => {
    expect(place({ title: value('boolean', 'true'), colour: value('text', 'red') })).toEqual({
      texts: [null, '', null],
      homeless: ['title', 'colour'],
    })
  })
})
