import { describe, expect, it } from 'vitest'
import { soqlPages } from './limits.ts'
import { toSField } from './describe.ts'
import { encoded, literal, selectionsOf } from './soql.ts'

function field(type: string) {
  const [read] = toSField({ name: 'Key__c', type })
  if (read === undefined) throw new Error('no field')
  return read
}

describe('a value in a query', () => {
  it.each([
    ['string', 'Rome', "'Rome'"],
    ['string', 'O\'Neil \\ \n "x"', "'O\\'Neil \\\\ \\n \\\"x\\\"'"],
    ['string', ' ', null],
    ['double', '1234567890123456.78', '1234567890123456.78'],
    ['double', "1 OR Name != ''", null],
    ['int', '7', '7'],
    ['boolean', 'true', 'true'],
    ['boolean', 'yes', null],
    ['date', '2026-03-01', '2026-03-01'],
    ['date', '2026-03-01T00:00:00Z', null],
    ['datetime', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'],
    ['id', '001D000000IqhSL', "'001D000000IqhSLIAZ'"],
    ['reference', "' OR Name != '", null],
  ])('of type %s: %j is written %j', (type, value, expected) => {
    expect(literal(field(type), value)).toBe(expected)
  })
})

describe('queries by the values of a field', () => {
  const selection = { object: 'Account', fields: ['Id', 'Name'], by: field('string') }

  it('name object, fields and values, each value once', () => {
    expect(selectionsOf(selection, ['a', 'b', 'a'])).toEqual([
      "SELECT Id,Name FROM Account WHERE Key__c IN ('a','b')",
    ])
    expect(selectionsOf({ ...selection, and: 'IsDeleted = true' }, ['a'])).toEqual([
      "SELECT Id,Name FROM Account WHERE Key__c IN ('a') AND IsDeleted = true",
    ])
    expect(selectionsOf(selection, ['', ' '])).toEqual([])
  })

  it('are cut so that none is longer than an address may be', () => {
    const values = Array.from({ length: 2_000 }, (_, at) => `käse and ${at}`)
    const queries = selectionsOf(selection, values)
    expect(queries.length).toBeGreaterThan(3)
    for (const text of queries) {
      const { search } = new URL(`https://org.test/query?q=${encoded(text)}`)
      expect(search.length).toBeLessThanOrEqual(soqlPages.encodedLength + '?q='.length)
    }
    const found = queries.flatMap((text) => text.match(/käse and \d+/g) ?? [])
    expect(found).toEqual(values)
  })

  it('refuse a value that fits into none', () => {
    const value = 'x'.repeat(soqlPages.encodedLength)
    expect(() => selectionsOf(selection, [value])).toThrow(/looks up no value of 14002 characters/)
  })
})
