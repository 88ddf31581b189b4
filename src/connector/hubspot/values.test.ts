import { describe, expect, it } from 'vitest'
import {
  additionalEmails,
  fromWire,
  lookupKey,
  nativeTypeOf,
  normalise,
  toWire,
  typeIdOf,
} from './values.ts'

describe('the value that finds a record', () => {
  it.each([
    ['contacts', 'email', ' Foo@X.COM ', 'foo@x.com'],
    ['0-1', 'email', 'A@B.C', 'a@b.c'],
    ['CONTACT', 'email', 'A@B.C', 'a@b.c'],
    ['contacts', 'firstname', ' Ann ', ' Ann '],
    ['companies', 'domain', 'https://www.Acme.com/about?x=1', 'acme.com'],
    ['0-2', 'domain', ' Acme.COM ', 'acme.com'],
    ['companies', 'domain', 'http://acme.com', 'acme.com'],
    ['companies', 'domain', 'www.acme.com#top', 'acme.com'],
    ['companies', 'domain', 'shop.acme.com', 'shop.acme.com'],
    ['companies', 'website', 'https://www.Acme.com', 'https://www.Acme.com'],
    ['companies', 'email', 'A@B.C', 'A@B.C'],
    ['2-17', 'domain', 'WWW.x', 'WWW.x'],
  ])('makes of %s.%s %j %j', (object, field, value, expected) => {
    expect(lookupKey(object, field, value)).toBe(expected)
    expect(lookupKey(object, field, expected)).toBe(expected)
  })
})

describe('what HubSpot makes of a value', () => {
  it.each([
    ['email', true, 'text', ' Foo@X.COM ', 'foo@x.com'],
    ['email', false, 'text', ' Foo@X.COM ', ' Foo@X.COM '],
    ['domain', true, 'text', 'https://www.Acme.com/about', 'acme.com'],
    ['domain', false, 'text', 'WWW.x', 'WWW.x'],
    ['phone', true, 'phonenumber', ' +49 (30) 12-34.5', '+493012345'],
    ['hot_line', false, 'phonenumber', '+1 (555) 010/99', '+155501099'],
    ['hot_line', false, 'phonenumber', ' 030 / 1234 ', '030 / 1234'],
    ['hot_line', false, 'text', '+1 (555) 010', '+1 (555) 010'],
  ])('in %s (its own: %j, entered as %s) of %j is %j', (name, isHubSpots, fieldType, value, is) => {
    const nativeType = nativeTypeOf({ name, isHubSpots, fieldType })
    const field = nativeType === null ? {} : { nativeType }
    expect(normalise(field, value)).toBe(is)
    expect(normalise(field, is)).toBe(is)
  })
})

describe('wire values', () => {
  it.each([
    [null, ''],
    ['', ''],
    ['x', 'x'],
    ['\u0000', '\u0000'],
  ])('%j goes out as %j', (value, wire) => {
    expect(toWire(value)).toBe(wire)
  })

  it.each([
    [null, null],
    [undefined, null],
    ['', null],
    [' ', ' '],
    ['9007199254740993', '9007199254740993'],
    [0, '0'],
    [false, 'false'],
    [['a'], '["a"]'],
  ])('%j comes in as %j', (wire, value) => {
    expect(fromWire(wire)).toBe(value)
  })

  it('splits secondary addresses', () => {
    expect(additionalEmails('A@x.com; b@x.com;')).toEqual(['a@x.com', 'b@x.com'])
    expect(additionalEmails(null)).toEqual([])
  })
})

describe('typeIdOf', () => {
  it.each([
    ['contacts', '0-1'],
    ['Deals', '0-3'],
    ['line_items', '0-8'],
    ['0-3', '0-3'],
    ['cars', 'cars'],
  ])('%s is %s', (name, id) => {
    expect(typeIdOf(name)).toBe(id)
  })
})
