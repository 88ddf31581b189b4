import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrder, jsonText, knownValue, parseJsonLosslessly } from './json-value.ts'

const valueOf = (text: string): unknown => knownValue(parseJsonLosslessly(text))

describe('a JSON value', () => {
  it.each([
    ['"a"', { kind: 'text', text: 'a' }],
    ['""', { kind: 'text', text: '' }],
    ['"12"', { kind: 'text', text: '12' }],
    ['true', { kind: 'boolean', text: 'true' }],
    ['9007199254740993', { kind: 'integer', text: '9007199254740993' }],
    ['1.10', { kind: 'decimal', text: '1.1' }],
    ['1.0', { kind: 'integer', text: '1' }],
    ['1e3', { kind: 'integer', text: '1000' }],
    ['-0.0', { kind: 'integer', text: '0' }],
    ['0.1234567890123456789', { kind: 'decimal', text: '0.1234567890123456789' }],
    ['1e99999', { kind: 'json', text: '1e99999' }],
    [
      '{"a": [9007199254740993, 1.10, "x"]}',
      { kind: 'json', text: '{"a":[9007199254740993,1.10,"x"]}' },
    ],
    ['null', null],
  ])('%s keeps every digit', (text, value) => {
    expect(valueOf(text)).toEqual(value)
  })

  it('has its numbers as they were written, whichever others stand beside them', () => {
    const digits = fc.stringMatching(
      /^-?(0|[1-9][0-9]{0,19})([.][0-9]{1,19})?([eE][+-]?[0-9]{1,3})?$/,
    )
    fc.assert(
      fc.property(fc.array(digits, { maxLength: 4 }), fc.string(), (numbers, text) => {
        const json = `{"a":[${numbers.join(',')}],"b":${JSON.stringify(text)}}`
        expect(jsonText(parseJsonLosslessly(json))).toBe(json)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['-0', '1.0', '0.0000001', '1e5', '1234567890123456', '123456789012.3456'])(
    'keeps %s as it was written, alone and behind a blank',
    (number) => {
      expect(jsonText(parseJsonLosslessly(number))).toBe(number)
      expect(jsonText(parseJsonLosslessly(`[1, ${number}]`))).toBe(`[1,${number}]`)
    },
  )

  it('of a key that objects have themselves is like any other', () => {
    const json = '{"__proto__":7,"b":{"__proto__":{"c":1}}}'
    expect(jsonText(parseJsonLosslessly(json))).toBe(json)
  })

  it('is undefined for what is no JSON', () => {
    expect(parseJsonLosslessly('{"a":')).toBeUndefined()
  })

  it.each([
    ['[', '1', ']'],
    ['{"a":', '1', '}'],
    ['[', '1.0', ']'],
    ['{"a":', '1.0', '}'],
  ])(
    'is undefined where %s is repeated too often around %s, and else a value',
    (open, inner, close) => {
      const nested = (levels: number): string => open.repeat(levels) + inner + close.repeat(levels)
      expect(knownValue(inOrder(parseJsonLosslessly(nested(500))))?.kind).toBe('json')
      for (const levels of [501, 2_500, 5_000, 100_000]) {
        expect(parseJsonLosslessly(nested(levels))).toBeUndefined()
      }
    },
  )
})
