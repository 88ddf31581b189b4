import { describe, expect, it } from 'vitest'
import { additionalEmails, fromWire, normalise, toWire, typeIdOf } from './values.ts'

describe('normalise', () => {
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
    expect(normalise(object, field, value)).toBe(expected)
    expect(normalise(object, field, expected)).toBe(expected)
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
