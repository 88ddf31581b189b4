import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Field, type FieldType, fieldTypes } from '../../model/field.ts'
import { type ValueKind, valueKinds } from '../../model/value.ts'
import { coerce } from './coerce.ts'

function field(type: FieldType, rest: Partial<Field> = {}): Field {
  return { name: 'f', label: 'F', type, writable: true, unique: false, lookup: false, ...rest }
}

function reasonOf(result: ReturnType<typeof coerce>): string {
  return result.ok ? `accepted ${JSON.stringify(result.value)}` : result.reason
}

/** `=` stands for the same text, a word with `value.` for a refusal, all else for a value. */
function meant(expected: string, text: string): string {
  if (expected.startsWith('value.')) return expected
  return `accepted ${JSON.stringify(expected === '=' ? text : expected)}`
}

const noZone = { timeZone: null }
const options = [
  { value: 'a', label: 'First' },
  { value: 'b', label: 'Second' },
]

/** A canonical text of each kind. */
const samples: Readonly<Record<ValueKind, string>> = {
  text: 'words',
  integer: '-9007199254740993',
  decimal: '12345678901234567890123456789.123456789',
  double: '1.5e-7',
  boolean: 'true',
  date: '2026-03-01',
  timestamp: '2026-03-01T00:00:00.000000',
  timestamp_tz: '2026-03-01T10:00:00.123000Z',
  json: '{"a":1}',
  text_array: '["a","b"]',
  unsupported: 'x',
}

/** What becomes of them, as `meant` reads it. */
const matrix: Readonly<Record<FieldType, Readonly<Record<ValueKind, string>>>> = {
  text: {
    text: '=',
    integer: '=',
    decimal: '=',
    double: '=',
    boolean: '=',
    date: '=',
    timestamp: '=',
    timestamp_tz: '=',
    json: '=',
    text_array: '=',
    unsupported: '=',
  },
  number: {
    text: 'value.not_a_number',
    integer: '=',
    decimal: '=',
    double: '0.00000015',
    boolean: 'value.type',
    date: 'value.type',
    timestamp: 'value.type',
    timestamp_tz: 'value.type',
    json: 'value.type',
    text_array: 'value.type',
    unsupported: 'value.type',
  },
  integer: {
    text: 'value.not_a_number',
    integer: '=',
    decimal: 'value.precision',
    double: 'value.precision',
    boolean: 'value.type',
    date: 'value.type',
    timestamp: 'value.type',
    timestamp_tz: 'value.type',
    json: 'value.type',
    text_array: 'value.type',
    unsupported: 'value.type',
  },
  boolean: {
    text: 'value.not_a_boolean',
    integer: 'value.type',
    decimal: 'value.type',
    double: 'value.type',
    boolean: '=',
    date: 'value.type',
    timestamp: 'value.type',
    timestamp_tz: 'value.type',
    json: 'value.type',
    text_array: 'value.type',
    unsupported: 'value.type',
  },
  date: {
    text: 'value.not_a_date',
    integer: 'value.type',
    decimal: 'value.type',
    double: 'value.type',
    boolean: 'value.type',
    date: '=',
    timestamp: '2026-03-01',
    timestamp_tz: 'value.zone_needed',
    json: 'value.type',
    text_array: 'value.type',
    unsupported: 'value.type',
  },
  time: {
    text: 'value.not_a_time',
    integer: 'value.type',
    decimal: 'value.type',
    double: 'value.type',
    boolean: 'value.type',
    date: 'value.type',
    timestamp: 'value.type',
    timestamp_tz: 'value.type',
    json: 'value.type',
    text_array: 'value.type',
    unsupported: 'value.type',
  },
  datetime: {
    text: 'value.not_a_datetime',
    integer: 'value.type',
    decimal: 'value.type',
    double: 'value.type',
    boolean: 'value.type',
    date: 'value.type',
    timestamp: 'value.zone_needed',
    timestamp_tz: '2026-03-01T10:00:00.123Z',
    json: 'value.type',
    text_array: 'value.type',
    unsupported: 'value.type',
  },
  option: {
    text: 'value.unknown_option',
    integer: 'value.unknown_option',
    decimal: 'value.unknown_option',
    double: 'value.unknown_option',
    boolean: 'value.unknown_option',
    date: 'value.unknown_option',
    timestamp: 'value.unknown_option',
    timestamp_tz: 'value.unknown_option',
    json: 'value.unknown_option',
    text_array: 'value.unknown_option',
    unsupported: 'value.unknown_option',
  },
  options: {
    text: 'value.unknown_option',
    integer: 'value.unknown_option',
    decimal: 'value.unknown_option',
    double: 'value.unknown_option',
    boolean: 'value.unknown_option',
    date: 'value.unknown_option',
    timestamp: 'value.unknown_option',
    timestamp_tz: 'value.unknown_option',
    json: 'value.not_a_list',
    text_array: 'a;b',
    unsupported: 'value.unknown_option',
  },
  reference: {
    text: '=',
    integer: '=',
    decimal: '=',
    double: '=',
    boolean: '=',
    date: '=',
    timestamp: '=',
    timestamp_tz: '=',
    json: '=',
    text_array: '=',
    unsupported: '=',
  },
}

describe('a value of each kind for a field of each type', () => {
  const cells = fieldTypes.flatMap((type) =>
    valueKinds.map((kind) => ({ type, kind, expected: matrix[type][kind] })),
  )

  it.each(cells)('a $kind in a $type field: $expected', ({ type, kind, expected }) => {
    const result = coerce(samples[kind], kind, field(type, { options }), noZone)
    expect(reasonOf(result)).toBe(meant(expected, samples[kind]))
  })

  it.each(cells)('null of a $kind in a $type field stays null', ({ type, kind }) => {
    expect(coerce(null, kind, field(type), noZone)).toEqual({ ok: true, value: null })
  })

  it.each(fieldTypes)('an empty text is itself in a text field only, here: %s', (type) => {
    const result = coerce('', 'text', field(type), noZone)
    expect(reasonOf(result)).toBe(type === 'text' ? 'accepted ""' : 'value.empty')
  })

  it('is named with its field in a refusal', () => {
    const result = coerce('maybe', 'text', field('boolean', { name: 'newsletter' }), noZone)
    const message = 'newsletter: "maybe" is neither true nor false'
    expect(result).toEqual({ ok: false, reason: 'value.not_a_boolean', message })
  })

  it('is cut in the message of a refusal when it is long', () => {
    const result = coerce('x'.repeat(500), 'text', field('number'), noZone)
    expect(result).toMatchObject({ message: `f: "${'x'.repeat(60)}…" is not a number` })
  })
})

describe('a text', () => {
  it.each([
    ['as long as the field holds', 'ab', 'accepted "ab"'],
    ['too long', 'abc', 'value.too_long'],
    ['of one character in two UTF-16 units', '😀', 'accepted "😀"'],
    ['too long in UTF-16 units', '😀a', 'value.too_long'],
    ['with U+0000', 'a\u0000', 'value.unstorable'],
    ['of blanks, which are kept', '  ', 'accepted "  "'],
  ])('%s', (_, text, expected) => {
    expect(reasonOf(coerce(text, 'text', field('text', { maxLength: 2 }), noZone))).toBe(expected)
  })
})

describe('a time of day', () => {
  it.each([
    ['08:30', 'accepted "08:30:00"'],
    ['08:30:05', 'accepted "08:30:05"'],
    ['08:30:05.5000', 'accepted "08:30:05.5"'],
    ['08:30:05.123Z', 'accepted "08:30:05.123"'],
    ['08:30:05.123456', 'value.precision'],
    ['24:00', 'value.not_a_time'],
    ['08:60', 'value.not_a_time'],
    ['08:30:60', 'value.not_a_time'],
    ['8:30', 'value.not_a_time'],
    ['2026-03-01T08:30:00', 'value.not_a_time'],
  ])('of the text %s', (text, expected) => {
    expect(reasonOf(coerce(text, 'text', field('time'), noZone))).toBe(expected)
  })
})

describe('a value of a list or an id', () => {
  it.each([
    ['option', 'ab', 'accepted "ab"'],
    ['option', 'abc', 'value.too_long'],
    ['options', 'b;b', 'accepted "b"'],
    ['options', 'a;b', 'value.too_long'],
    ['reference', 'abc', 'value.too_long'],
  ] as const)('for a field of type %s that holds two characters: %s', (type, text, expected) => {
    expect(reasonOf(coerce(text, 'text', field(type, { maxLength: 2 }), noZone))).toBe(expected)
  })
})

describe('a number', () => {
  it.each([
    ['number', 'integer', '170141183460469231731687303715884105727', undefined, '='],
    ['number', 'decimal', '0.100000000', undefined, '0.1'],
    ['number', 'decimal', '-0.000000000', undefined, '0'],
    ['number', 'decimal', '1.250', 2, '1.25'],
    ['number', 'decimal', '1.255', 2, 'value.precision'],
    ['number', 'double', '1e+21', undefined, '1000000000000000000000'],
    ['number', 'double', 'NaN', undefined, 'value.not_a_number'],
    ['number', 'double', '-Infinity', undefined, 'value.not_a_number'],
    ['number', 'text', '1,000', undefined, 'value.not_a_number'],
    ['number', 'text', '12.50', undefined, '12.5'],
    ['integer', 'decimal', '42.000000000', undefined, '42'],
    ['integer', 'double', '1e15', undefined, '1000000000000000'],
    ['integer', 'double', '0.5', undefined, 'value.precision'],
    ['integer', 'text', '9007199254740993', undefined, '='],
  ] as const)('in a %s field from a %s: %s (scale %s) gives %s', (...test) => {
    const [type, kind, text, scale, expected] = test
    const result = coerce(text, kind, field(type, scale === undefined ? {} : { scale }), noZone)
    expect(reasonOf(result)).toBe(meant(expected, text))
  })

  it.each([
    ['decimal', '999.99', '='],
    ['decimal', '-999.99', '='],
    ['decimal', '1000', 'value.too_large'],
    ['decimal', '-1000.5', 'value.too_large'],
    ['double', '1e3', 'value.too_large'],
    ['text', '000999', '999'],
    ['text', '1000.999', 'value.precision'],
  ] as const)('in a field of 3 digits before the point from a %s: %s gives %s', (...test) => {
    const [kind, text, expected] = test
    const result = coerce(text, kind, field('number', { scale: 2, wholeDigits: 3 }), noZone)
    expect(reasonOf(result)).toBe(meant(expected, text))
  })

  it.each([
    ['0.5', '='],
    ['-0.5', '='],
    ['1.5', 'value.too_large'],
  ])('in a field of digits after the point alone: %s gives %s', (text, expected) => {
    const result = coerce(text, 'decimal', field('number', { wholeDigits: 0 }), noZone)
    expect(reasonOf(result)).toBe(meant(expected, text))
  })

  it('is never altered, however large', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        const result = coerce(String(value), 'integer', field('number'), noZone)
        expect(result.ok && BigInt(result.value ?? 'x') === value).toBe(true)
      }),
    )
  })
})

describe('a boolean', () => {
  it.each([
    ['boolean', 'false', 'accepted "false"'],
    ['text', 'true', 'accepted "true"'],
    ['text', 'TRUE', 'value.not_a_boolean'],
    ['text', '1', 'value.not_a_boolean'],
    ['integer', '1', 'value.type'],
  ] as const)('from a %s %j: %s', (kind, text, expected) => {
    expect(reasonOf(coerce(text, kind, field('boolean'), noZone))).toBe(expected)
  })
})

describe('a date', () => {
  it.each([
    ['date', '2024-02-29', null, 'accepted "2024-02-29"'],
    ['text', '2023-02-29', null, 'value.not_a_date'],
    ['text', '01.03.2026', null, 'value.not_a_date'],
    ['date', '0044-03-15 (BC)', null, 'value.not_a_date'],
    ['date', 'infinity', null, 'value.not_a_date'],
    ['timestamp', '2026-03-01T00:00:00.000001', null, 'value.precision'],
    ['timestamp', '2026-03-01T23:30:00.000000', 'UTC', 'value.precision'],
    ['timestamp', '290309-12-22 (BC) 00:00:00', null, 'value.not_a_date'],
    ['timestamp_tz', '2026-03-02T07:30:00.000000Z', null, 'value.zone_needed'],
    ['timestamp_tz', '2026-03-02T07:30:00.000000Z', 'America/Los_Angeles', 'accepted "2026-03-01"'],
    ['timestamp_tz', '2026-03-01T10:30:00.000000Z', 'Pacific/Auckland', 'accepted "2026-03-01"'],
    ['timestamp_tz', '2026-03-09T06:30:00.000000Z', 'America/Los_Angeles', 'accepted "2026-03-08"'],
    ['timestamp_tz', '2026-11-02T07:30:00.000000Z', 'America/Los_Angeles', 'accepted "2026-11-01"'],
    ['timestamp_tz', 'infinity', 'UTC', 'value.not_a_date'],
    ['timestamp_tz', '2026-03-01 10:00:00.1234567+00', 'UTC', 'value.not_a_date'],
  ] as const)('from a %s %s in zone %s: %s', (kind, text, timeZone, expected) => {
    expect(reasonOf(coerce(text, kind, field('date'), { timeZone }))).toBe(expected)
  })
})

describe('a datetime', () => {
  it.each([
    ['timestamp_tz', '2026-03-01T10:00:00.000000Z', undefined, 'accepted "2026-03-01T10:00:00Z"'],
    [
      'timestamp_tz',
      '2026-03-01T10:00:00.500000Z',
      undefined,
      'accepted "2026-03-01T10:00:00.500Z"',
    ],
    ['timestamp_tz', '2026-03-01T10:00:00.123456Z', undefined, 'value.precision'],
    ['timestamp_tz', '2026-03-01T10:00:00.123456Z', 6, 'accepted "2026-03-01T10:00:00.123456Z"'],
    ['timestamp_tz', '2026-03-01T10:00:00.100000Z', 0, 'value.precision'],
    ['timestamp_tz', '2026-03-01T10:00:00.000000Z', 0, 'accepted "2026-03-01T10:00:00Z"'],
    ['timestamp_tz', 'infinity', undefined, 'value.not_a_datetime'],
    ['text', '2026-03-01T10:00:00Z', undefined, 'accepted "2026-03-01T10:00:00Z"'],
    ['text', '2026-03-01T10:00:00+02:00', undefined, 'value.not_a_datetime'],
    ['text', '2026-03-01T10:00:00', undefined, 'value.not_a_datetime'],
    ['text', '2026-02-30T10:00:00Z', undefined, 'value.not_a_datetime'],
    ['text', '2026-03-01T24:00:00Z', undefined, 'value.not_a_datetime'],
    ['text', '2026-03-01T10:60:00Z', undefined, 'value.not_a_datetime'],
    ['text', '2026-03-01T10:00:60Z', undefined, 'value.not_a_datetime'],
    ['timestamp', '2026-03-01T10:00:00.000000', undefined, 'value.zone_needed'],
  ] as const)('from a %s %s with scale %s: %s', (kind, text, scale, expected) => {
    const target = field('datetime', scale === undefined ? {} : { scale })
    expect(reasonOf(coerce(text, kind, target, { timeZone: 'UTC' }))).toBe(expected)
  })
})

describe('an enumeration', () => {
  it.each([
    ['option', 'text', 'b', 'accepted "b"'],
    ['option', 'text', 'Second', 'accepted "b"'],
    ['option', 'text', 'Third', 'value.unknown_option'],
    ['options', 'text', 'Second;a', 'accepted "a;b"'],
    ['options', 'text_array', '["b"]', 'accepted "b"'],
    ['options', 'text_array', '["b","c"]', 'value.unknown_option'],
  ] as const)('in an %s field from a %s %s: %s', (type, kind, text, expected) => {
    expect(reasonOf(coerce(text, kind, field(type, { options }), noZone))).toBe(expected)
  })
})
