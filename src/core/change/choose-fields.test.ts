import { describe, expect, it } from 'vitest'
import type { FieldChoice } from '../../model/sync.ts'
import { fieldUse } from './choose-fields.ts'

const all: FieldChoice = { only: [], exclude: [], include: [], hash: [], hashSecret: null }

describe('a field of persons', () => {
  it.each<[string, Partial<FieldChoice>, string, string]>([
    ['is kept where nothing is said', {}, 'name', 'kept'],
    ['is left when it is excluded', { exclude: ['persons.phone'] }, 'phone', 'left'],
    ['is left with what is nested in it', { exclude: ['persons.address'] }, 'address.city', 'left'],
    ['is no beginning of another name', { exclude: ['persons.name'] }, 'name_suffix', 'kept'],
    ['is left by a pattern', { exclude: ['persons.*phone*'] }, 'work_phone_2', 'left'],
    ['is left by a pattern for all objects', { exclude: ['*.phone'] }, 'phone', 'left'],
    ['is kept when another object is meant', { exclude: ['deals.phone'] }, 'phone', 'kept'],
    [
      'is kept as an exception',
      { exclude: ['persons.*'], include: ['persons.name'] },
      'name',
      'kept',
    ],
    ['is left when only others are meant', { only: ['persons.name'] }, 'phone', 'left'],
    ['is kept when it is one of those', { only: ['persons.name'] }, 'name', 'kept'],
    ['is kept when only some of deals are meant', { only: ['deals.title'] }, 'name', 'kept'],
    ['is hashed', { hash: ['persons.email*'] }, 'emails', 'hashed'],
    ['is left rather than hashed', { hash: ['*.phone'], exclude: ['*.phone'] }, 'phone', 'left'],
    ['has no pattern but the star', { exclude: ['persons.n.me'] }, 'name', 'kept'],
  ])('%s', (_what, choice, field, use) => {
    expect(fieldUse('persons', { ...all, ...choice })(field)).toBe(use)
  })
})
