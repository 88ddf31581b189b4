import { describe, expect, it } from 'vitest'
import { lookupProblem } from './reference-list.ts'

const lists = [
  { name: 'owners', names: ['email', 'name'], has: () => true },
  { name: 'stages', names: ['label'], has: (object: string) => object !== 'contacts' },
]

describe('a lookup', () => {
  it.each([
    ['owners.email', 'contacts'],
    ['stages.label', 'deals'],
    ['companies.account_key', 'contacts'],
    ['onwers.email', 'contacts'],
  ])('%s of %s is right, or leads to an object', (lookup, object) => {
    expect(lookupProblem(lookup, object, lists)).toBeNull()
  })

  it.each([
    [
      'owners.emial',
      'contacts',
      "The owners can't be looked up by emial.",
      'owners.email or owners.name',
      'owners.email',
    ],
    ['stages.email', 'deals', "The stages can't be looked up by email.", 'stages.label', null],
    [
      'stages.label',
      'contacts',
      'The object contacts has no stages.',
      'owners.email or owners.name',
      null,
    ],
  ])('%s of %s is told with what it can be', (lookup, object, message, expected, nearest) => {
    expect(lookupProblem(lookup, object, lists)).toEqual({ message, expected, nearest })
  })
})
