import { describe, expect, it } from 'vitest'
import { columnMapping } from '../../core/mapping/column-mapping.ts'
import type { FieldMapping } from '../../model/sync.ts'
import { maskSensitive } from './mask-sensitive.ts'

function field(name: string, sensitive: boolean): FieldMapping {
  return { ...columnMapping(name, name), sensitive }
}

const mask = maskSensitive({ fields: [field('firstname', false), field('iban', true)] })

describe('a sensitive field', () => {
  it('shows in changes that there are values, and none of them', () => {
    const changes = {
      iban: { sent: 'DE1', crm: null, after: 'DE2' },
      firstname: { after: 'Ann' },
    }
    expect(mask.changes(changes)).toEqual({
      iban: { sent: '•••', crm: null, after: '•••' },
      firstname: { after: 'Ann' },
    })
  })

  it('keeps unknown values unknown', () => {
    expect(mask.changes({ iban: { after: null } })).toEqual({ iban: { after: null } })
  })

  it('is masked among the values of a record', () => {
    expect(mask.values({ iban: 'DE1', firstname: 'Ann' })).toEqual({
      iban: '•••',
      firstname: 'Ann',
    })
  })

  it('leaves of a message about it only its name, unless it was masked before', () => {
    expect(mask.message('iban: "DE1" is too long')).toBe('iban: •••')
    expect(mask.message('iban: "•••" is too long')).toBe('iban: "•••" is too long')
    expect(mask.message('firstname: "Ann" is too long')).toBe('firstname: "Ann" is too long')
    expect(mask.message(null)).toBeNull()
  })
})
