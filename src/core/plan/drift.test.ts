import { describe, expect, it } from 'vitest'
import { type FieldDrift, fieldDrift, type KnownField } from './drift.ts'

const known: KnownField = {
  field: {
    name: 'city',
    label: 'City',
    type: 'text',
    writable: true,
    unique: false,
    lookup: false,
  },
  write: 'always',
  confirmed: 'Rome',
  withheld: null,
  hasValue: true,
}

const ifEmpty = { write: 'if_empty', withheld: 'skipped', confirmed: undefined } as const
const ifUnchanged = { write: 'if_unchanged', withheld: 'conflict' } as const

describe('drift of a field', () => {
  it.each<[string, Partial<KnownField>, string | null, FieldDrift | null]>([
    ['is none where the CRM holds what it confirmed', {}, 'Rome', null],
    ['is an edit of what it confirmed', {}, 'Oslo', 'edited'],
    ['is the emptying of what it confirmed', {}, null, 'edited'],
    ['is none where nothing was confirmed', { confirmed: undefined }, 'Oslo', null],
    ['is none while a person’s value stands in the way', ifEmpty, 'Oslo', null],
    ['is that the field is empty by now', ifEmpty, '', 'freed'],
    ['is none where the model has nothing to write', { ...ifEmpty, hasValue: false }, null, null],
    ['is none while the edit stands', ifUnchanged, 'Oslo', null],
    ['is that the edit was taken back', ifUnchanged, 'Rome', 'freed'],
    ['is that the unknown value went', { ...ifUnchanged, confirmed: undefined }, null, 'freed'],
    ['is none of a null that was never sent', { withheld: 'skipped' }, 'Oslo', null],
    ['is none of an unknown fate', { withheld: 'unknown' }, 'Oslo', null],
  ])('%s', (_, changes, now, drift) => {
    expect(fieldDrift({ ...known, ...changes }, now)).toBe(drift)
  })
})
