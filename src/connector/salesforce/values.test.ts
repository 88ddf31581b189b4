import { describe, expect, it } from 'vitest'
import { parseJsonLosslessly } from '../../core/change/json-value.ts'
import { toSField } from './describe.ts'
import { fromWire, lookupKey, normalise, stored, toWire } from './values.ts'

function field(type: string, more: Readonly<Record<string, unknown>> = {}) {
  const [read] = toSField({ name: 'F', type, ...more })
  if (read === undefined) throw new Error('no field')
  return read
}

const id = '001D000000IqhSLIAZ'

describe('a value on its way to Salesforce', () => {
  it.each([
    ['string', 'Rome', '"Rome"'],
    ['string', '  Rome ', '"Rome"'],
    ['string', '', 'null'],
    ['string', null, 'null'],
    ['string', '007', '"007"'],
    ['email', 'Ann@Example.COM', '"ann@example.com"'],
    ['boolean', 'true', 'true'],
    ['boolean', 'false', 'false'],
    ['currency', '1234567890123456.78', '1234567890123456.78'],
    ['double', '0.1', '0.1'],
    ['double', '-3', '-3'],
    ['percent', '50', '50'],
    ['int', '42', '42'],
    ['double', '1,5', '"1,5"'],
    ['date', '2026-03-01', '"2026-03-01"'],
    ['datetime', '2026-03-01T10:00:00Z', '"2026-03-01T10:00:00Z"'],
    ['time', '10:00', '"10:00:00.000Z"'],
    ['time', '10:00:05.5Z', '"10:00:05.500Z"'],
    ['time', 'noon', '"noon"'],
    ['multipicklist', 'A;B', '"A;B"'],
    ['reference', '001D000000IqhSL', `"${id}"`],
  ])('of type %s: %j goes as %s', (type, value, expected) => {
    expect(JSON.stringify(toWire(field(type), value))).toBe(expected)
  })
})

describe('a value from Salesforce', () => {
  it.each([
    ['string', '"Rome"', 'Rome'],
    ['string', 'null', null],
    ['boolean', 'false', 'false'],
    ['currency', '1234567890123456.78', '1234567890123456.78'],
    ['double', '42.0', '42'],
    ['double', '42.50', '42.5'],
    ['double', '1.0E7', '10000000'],
    ['currency', '1.2345678E7', '12345678'],
    ['currency', '-1.234567890123456789E15', '-1234567890123456.789'],
    ['double', '1.0E-4', '0.0001'],
    ['percent', '1.25e-5', '0.0000125'],
    ['double', '0.0', '0'],
    ['string', '"1.0E7"', '1.0E7'],
    ['int', '7', '7'],
    ['datetime', '"2026-03-01T10:00:00.000+0000"', '2026-03-01T10:00:00.000Z'],
    ['time', '"10:00:00.000Z"', '10:00:00.000Z'],
    ['address', '{"city":"Rome"}', '{"city":"Rome"}'],
  ])('of type %s: %s is read as %j', (type, text, expected) => {
    expect(fromWire(field(type), parseJsonLosslessly(text))).toBe(expected)
  })
})

describe('what a field holds after a write', () => {
  it.each([
    ['string', ' a ', 'a'],
    ['string', ' ', null],
    ['email', 'A@B.C', 'a@b.c'],
    ['id', '001D000000IqhSL', id],
    ['reference', 'no id', 'no id'],
  ])('of type %s: of %j it is %j', (type, value, expected) => {
    expect(stored(field(type), value)).toBe(expected)
  })
})

describe('values that a lookup takes for the same', () => {
  it.each([
    ['string', {}, 'A-1', 'a-1', true],
    ['string', { caseSensitive: true }, 'A-1', 'a-1', false],
    ['double', {}, '42', '42.00', true],
    ['double', {}, '42', '420', false],
    ['double', {}, '12345678', '1.2345678E7', true],
    ['double', {}, '12345678', '1.2345679E7', false],
    ['reference', {}, '001D000000IqhSL', id, true],
    ['email', {}, 'A@b.c', 'a@B.c', true],
  ])('of type %s with %j: %j and %j, %j', (type, more, one, other, same) => {
    const known = field(type, more)
    expect(lookupKey(known, one) === lookupKey(known, other)).toBe(same)
  })
})

describe('what Salesforce makes of a value', () => {
  it.each([
    ['email', ' Ann@Example.com', 'ann@example.com'],
    ['string', ' Ann ', 'Ann'],
    ['reference', '001D000000IqhSL', id],
    ['reference', 'unknown', 'unknown'],
    ['string', '001D000000IqhSL', '001D000000IqhSL'],
    ['time', '08:30', '08:30:00.000Z'],
    ['string', '  ', ''],
  ])('in a field of type %s of %j is %j', (nativeType, value, expected) => {
    expect(normalise({ nativeType }, value)).toBe(expected)
    expect(normalise({ nativeType }, expected)).toBe(expected)
  })
})
