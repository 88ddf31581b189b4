import { describe, expect, it } from 'vitest'
import type { KnownValue } from '../../model/change.ts'
import type { ValueKind } from '../../model/value.ts'
import { readOldValue } from './old-value.ts'

const read = (stored: ValueKind, text: string, kind: KnownValue['kind']) =>
  readOldValue({ text, kind: stored }, kind)

describe('a value that another tool stored', () => {
  it.each([
    ['text', '', 'text', ''],
    ['double', '12', 'text', '12'],
    ['boolean', 'true', 'text', 'true'],
    ['double', '9007199254740992', 'integer', '9007199254740992'],
    ['decimal', '12.000', 'integer', '12'],
    ['text', '9007199254740993', 'integer', '9007199254740993'],
    ['double', '0.1', 'decimal', '0.1'],
    ['double', '1e+21', 'decimal', '1000000000000000000000'],
    ['decimal', '10.500000000', 'decimal', '10.5'],
    ['double', 'NaN', 'double', 'NaN'],
    ['text', 'True', 'boolean', 'true'],
    ['text', '2026-03-01', 'date', '2026-03-01'],
    ['timestamp', '2026-03-01T00:00:00.000000', 'date', '2026-03-01'],
    ['timestamp', '2026-03-01T10:00:00.000001', 'timestamp_tz', '2026-03-01T10:00:00.000001Z'],
    ['text', '2026-03-01 10:00:00', 'timestamp_tz', '2026-03-01T10:00:00.000000Z'],
    ['text', '2026-03-01T10:00:00+02:00', 'timestamp_tz', '2026-03-01T08:00:00.000000Z'],
    ['text', ' {"b": [1.50], "a": null}', 'json', '{"a":null,"b":[1.50]}'],
    ['unsupported', '[1, 2]', 'json', '[1,2]'],
    ['text_array', '["a"]', 'text_array', '["a"]'],
    ['json', '"a"', 'text', 'a'],
    ['json', '1.50', 'decimal', '1.5'],
  ] as const)('as %s %j is, for a field of %s, %j', (stored, text, kind, expected) => {
    expect(read(stored, text, kind)).toEqual({ kind, text: expected })
  })

  it('is what its JSON is', () => {
    expect(read('text', 'null', 'json')).toBeNull()
    expect(read('text', '"a"', 'json')).toEqual({ kind: 'text', text: 'a' })
    expect(read('json', '9007199254740993', 'json')).toEqual({
      kind: 'integer',
      text: '9007199254740993',
    })
  })

  it.each([
    ['double', '9007199254740994', 'integer', 'is an integer that a double does not hold exactly'],
    ['double', '1.5', 'integer', 'is no whole number'],
    ['double', 'Infinity', 'decimal', 'is no number'],
    ['text', '', 'decimal', 'is no number'],
    ['boolean', 'true', 'integer', 'is no number'],
    ['integer', '1', 'boolean', 'is neither true nor false'],
    ['text', '2026-02-30', 'date', 'is no date'],
    ['timestamp', '2026-03-01T10:00:00.000000', 'date', 'is no date'],
    ['date', '2026-03-01', 'timestamp_tz', 'is no time to the microsecond'],
    ['timestamp', 'infinity', 'timestamp_tz', 'is no time to the microsecond'],
    ['text', '2026-03-01T10:00:00.0000001Z', 'timestamp_tz', 'is no time to the microsecond'],
    ['text', 'a: 1', 'json', 'is no JSON'],
    ['timestamp', '2026-03-01T10:00:00.000000', 'text', 'is no text'],
    ['text', 'a', 'text_array', 'is no text_array'],
    ['json', '{}', 'text', 'is no text'],
  ] as const)('as %s %j has a problem for a field of %s: it %s', (stored, text, kind, problem) => {
    expect(() => read(stored, text, kind)).toThrow(problem)
  })
})
