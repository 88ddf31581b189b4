import { describe, expect, it } from 'vitest'
import { blankRow } from './plan-row.ts'
import { linkChange } from './link-change.ts'
import { afterLook, linksInDoubt, withLinksInDoubt, withoutDoubt } from './link-doubt.ts'

const name = 'association.companies'

/** A record that led to 1, and twice was to lead elsewhere. */
const first = withLinksInDoubt(
  { [name]: '2', city: 'Oslo' },
  { [name]: '1' },
  {
    [name]: { sent: '1', after: '2' },
    city: { after: 'Oslo' },
  },
)
const twice = withLinksInDoubt(first, first, { [name]: { sent: '1', after: '3' } })

describe('links in doubt', () => {
  it('are those that were to be written, beside what was confirmed', () => {
    expect(first).toEqual({ [name]: '1', [`${name} (in doubt)`]: '2', city: 'Oslo' })
    expect(linksInDoubt(twice, name)).toEqual(['2', '3'])
    expect(linksInDoubt({ [name]: '1' }, name)).toEqual([])
  })

  it('leave nothing confirmed where nothing was known before', () => {
    const created = withLinksInDoubt({ [name]: '2' }, {}, { [name]: { crm: null, after: '2' } })
    expect(created).toEqual({ [`${name} (in doubt)`]: '2' })
  })

  it('are none of an association that was to be taken away', () => {
    const taken = withLinksInDoubt(
      { [name]: null },
      { [name]: '1' },
      { [name]: { sent: '1', after: null } },
    )
    expect(taken).toEqual({ [name]: '1' })
  })

  it.each([
    ['one that must go', '2', { [name]: '2', [`${name} (in doubt)`]: '3' }],
    ['the confirmed one', '1', { [name]: '1', [`${name} (in doubt)`]: '2 3' }],
    ['none', null, { [name]: null }],
  ])('are fewer after a look that found %s', (_what, held, left) => {
    expect(afterLook(twice, { [name]: held })).toEqual({ ...left, city: 'Oslo' })
  })

  it('stay in doubt where nobody looked', () => {
    expect(afterLook(twice, { city: 'Rome' })).toEqual(twice)
    expect(withoutDoubt(twice, name)).toEqual({ [name]: '1', city: 'Oslo' })
  })

  it('all go with the next write, but for the one that is to come', () => {
    const association = {
      to: 'companies',
      label: null,
      ifMissing: 'defer',
      match: { field: 'f', column: 'c' },
    } as const
    const row = { ...blankRow, crmValues: twice, changes: { [name]: { sent: '1', after: '3' } } }
    expect(linkChange(row, association, [association])).toEqual({ old: ['1', '2'], new: '3' })
  })
})
