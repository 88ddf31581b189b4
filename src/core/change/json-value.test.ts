import { describe, expect, it } from 'vitest'
import { knownValue, parseJsonLosslessly } from './json-value.ts'

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

  it('is undefined for what is no JSON', () => {
    expect(parseJsonLosslessly('{"a":')).toBeUndefined()
  })
})
