import { describe, expect, it } from 'vitest'
import { type Field, type FieldType, fieldTypes } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import { sameValue } from './same-value.ts'

function field(type: FieldType): Field {
  return { name: 'f', label: 'F', type, writable: true, unique: false, lookup: false }
}

type Case = readonly [FieldType, CrmValue, CrmValue]

const same: readonly Case[] = [
  ['text', 'a', 'a'],
  ['number', '5', '5.0'],
  ['number', '1e3', '1000'],
  ['number', '-0', '0'],
  ['number', '9007199254740993', '9007199254740993.000'],
  ['integer', '007', '7'],
  ['boolean', 'true', 'TRUE'],
  ['date', '2026-03-01', '2026-03-01T00:00:00Z'],
  ['date', '2026-03-01', '1772323200000'],
  ['date', '1965-01-01', '-157766400000'],
  ['datetime', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
  ['datetime', '2026-03-01T10:00:00Z', '2026-03-01T12:00:00+02:00'],
  ['datetime', '2026-03-01T10:00:00.5Z', '1772359200500'],
  ['datetime', '2026-03-01T10:00:00.123456Z', '2026-03-01T10:00:00.1234560Z'],
  ['time', '08:30:00', '08:30:00.000Z'],
  ['time', '08:30:05.5', '08:30:05.500Z'],
  ['options', 'a;b', 'b;a'],
  ['options', 'a;b', ';b;a;'],
]

const different: readonly Case[] = [
  ['text', 'a', 'A'],
  ['text', 'a', 'a '],
  ['text', '5', '5.0'],
  ['number', '9007199254740993', '9007199254740992'],
  ['number', '0.1', '0.10000000000000001'],
  ['number', 'x', 'y'],
  ['boolean', 'true', 'false'],
  ['date', '2026-03-01', '2026-03-02'],
  ['date', '2026-03-01', '9999999999999999'],
  ['datetime', '2026-03-01T10:00:00Z', '2026-03-01T10:00:01Z'],
  ['datetime', '2026-03-01T10:00:00.123456Z', '2026-03-01T10:00:00.123457Z'],
  ['datetime', 'no instant', 'another'],
  ['time', '08:30:00', '08:30:00.001Z'],
  ['time', 'noon', 'midnight'],
  ['option', 'a', 'A'],
  ['options', 'a;b', 'a'],
  ['reference', '1', '01'],
]

describe('a value that a CRM gives back', () => {
  it.each(same)('of a %s field: %j is the same as %j', (type, left, right) => {
    expect(sameValue(field(type), left, right)).toBe(true)
    expect(sameValue(field(type), right, left)).toBe(true)
  })

  it.each(different)('of a %s field: %j is another than %j', (type, left, right) => {
    expect(sameValue(field(type), left, right)).toBe(false)
    expect(sameValue(field(type), right, left)).toBe(false)
  })

  it.each(fieldTypes)('of a %s field: null and empty are one emptiness', (type) => {
    expect(sameValue(field(type), null, '')).toBe(true)
    expect(sameValue(field(type), null, null)).toBe(true)
    expect(sameValue(field(type), null, '0')).toBe(false)
    expect(sameValue(field(type), 'false', '')).toBe(false)
  })
})
