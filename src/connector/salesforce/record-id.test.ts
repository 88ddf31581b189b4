import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordId } from './record-id.ts'

const short = fc.stringMatching(/^[0-9A-Za-z]{15}$/)

describe('a record id', () => {
  it.each([
    ['001D000000IqhSL', '001D000000IqhSLIAZ'],
    ['001D000000IqhSLIAZ', '001D000000IqhSLIAZ'],
    ['001d000000iqhsliaz', '001D000000IqhSLIAZ'],
    [' 001D000000IqhSL ', '001D000000IqhSLIAZ'],
    ['001D000000IqhSLZZZ', null],
    ['001D000000IqhS', null],
    ['001D000000Iqh-L', null],
    ['', null],
  ])('%j is %j', (text, expected) => {
    expect(recordId(text)).toBe(expected)
  })

  it('is the same whether 15 characters were given or 18, in whatever case', () => {
    fc.assert(
      fc.property(short, (text) => {
        const long = recordId(text) ?? ''
        expect(long).toHaveLength(18)
        expect(recordId(long.toLowerCase())).toBe(long)
        expect(recordId(long.toUpperCase())).toBe(long)
      }),
    )
  })
})
