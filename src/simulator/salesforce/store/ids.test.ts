import { describe, expect, it } from 'vitest'
import { longId, makeId, normalId, numberInId } from './ids.ts'

describe('record ids', () => {
  it.each([
    ['001D000000IRFma', '001D000000IRFmaIAH'],
    ['000000000000000', '000000000000000AAA'],
  ])('%s is %s in 18 characters', (short, long) => {
    expect(longId(short)).toBe(long)
    expect(normalId(short)).toBe(long)
  })

  it('get their case back from the last three characters', () => {
    expect(normalId('001d000000irfmaiah')).toBe('001D000000IRFmaIAH')
    expect(normalId('001D000000IRFMAIAH')).toBe('001D000000IRFmaIAH')
  })

  it.each(['', '001', '001D000000IRFma!', '001D000000IRFmaIA9', '001D000000IRFmaIAHX'])(
    'are not like %j',
    (text) => {
      expect(normalId(text)).toBeNull()
    },
  )

  it('count up under the prefix of their object', () => {
    const ids = [1, 61, 62, 4000].map((number) => makeId('001', number))
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^001[0-9a-zA-Z]{15}$/)
    expect(ids.map(numberInId)).toEqual([1, 61, 62, 4000])
  })
})
