import { describe, expect, it } from 'vitest'
import { toField } from './schema.ts'
import { toSField } from './describe.ts'

const writable = { createable: true, updateable: true, nillable: true, filterable: true }
const values = [
  { value: 'hot', label: 'Hot', active: true },
  { value: 'old', label: 'Old', active: false },
]

function field(
  type: string,
  more: Readonly<Record<string, unknown>> = {},
  object: { readonly updateable: boolean } = { updateable: true },
) {
  const [read] = toSField({ name: 'F__c', label: 'F', type, ...writable, ...more })
  if (read === undefined) throw new Error('no field')
  return toField(read, object)
}

describe('a field', () => {
  it.each([
    ['string', { length: 40 }, { type: 'text', maxLength: 40 }],
    ['textarea', { length: 32_768 }, { type: 'text', maxLength: 32_768 }],
    ['email', { length: 80 }, { type: 'text', maxLength: 80 }],
    ['phone', { length: 40 }, { type: 'text', maxLength: 40 }],
    ['url', { length: 255 }, { type: 'text', maxLength: 255 }],
    ['combobox', { length: 255 }, { type: 'text', maxLength: 255 }],
    ['encryptedstring', { length: 175 }, { type: 'text', maxLength: 175 }],
    ['picklist', { length: 255 }, { type: 'option', maxLength: 255 }],
    ['multipicklist', { length: 4_099 }, { type: 'options', maxLength: 4_099 }],
    ['time', {}, { type: 'time', scale: 3 }],
    ['int', {}, { type: 'integer' }],
    ['currency', { scale: 2 }, { type: 'number', scale: 2 }],
    ['currency', { precision: 18, scale: 2 }, { type: 'number', scale: 2, wholeDigits: 16 }],
    ['double', { precision: 3, scale: 3 }, { type: 'number', scale: 3, wholeDigits: 0 }],
    ['percent', { scale: 0 }, { type: 'number', scale: 0 }],
    ['boolean', {}, { type: 'boolean' }],
    ['date', {}, { type: 'date' }],
    ['datetime', {}, { type: 'datetime', scale: 0 }],
    ['reference', { length: 18 }, { type: 'reference', maxLength: 18 }],
    ['reference', { referenceTo: ['Account'] }, { type: 'reference', references: 'Account' }],
    ['reference', { name: 'OwnerId', referenceTo: ['Group', 'User'] }, { references: 'owners' }],
    [
      'reference',
      { name: 'RecordTypeId', referenceTo: ['RecordType'] },
      { references: 'record_types' },
    ],
    [
      'id',
      { createable: false, updateable: false, idLookup: true },
      { unique: true, lookup: true, writable: false },
    ],
  ])('of type %s with %j is %j', (type, more, expected) => {
    expect(field(type, more)).toMatchObject(expected)
  })

  it('with a restricted picklist takes its active values only', () => {
    const options = [{ value: 'hot', label: 'Hot' }]
    const given = { picklistValues: values, restrictedPicklist: true }
    expect(field('picklist', given)).toMatchObject({ type: 'option', options })
    expect(field('multipicklist', given)).toMatchObject({ type: 'options', options })
  })

  it('with an open picklist takes any value', () => {
    const open = field('picklist', { picklistValues: values, restrictedPicklist: false })
    expect(open.type).toBe('option')
    expect(open).not.toHaveProperty('options')
  })

  it('that is an external id is unique only if Salesforce keeps it so', () => {
    expect(field('string', { externalId: true, idLookup: true })).toMatchObject({
      unique: false,
      lookup: true,
    })
    const key = { externalId: true, idLookup: true, unique: true }
    expect(field('string', key)).toMatchObject({ unique: true })
  })

  it('that is unique and no key of upserts is not unique to us', () => {
    expect(field('string', { unique: true, idLookup: false }).unique).toBe(false)
    expect(field('email', { unique: false, idLookup: true }).unique).toBe(false)
  })

  it.each([
    ['calculated or hidden from edits', 'string', { createable: false, updateable: false }, false],
    ['written once, when the record is created', 'reference', { updateable: false }, true],
    ['compound', 'address', {}, false],
    ['a file', 'base64', {}, false],
  ])('that is %s is writable: of type %s with %j, %j', (_what, type, more, expected) => {
    expect(field(type, more).writable).toBe(expected)
  })

  it.each([
    ['string', false, true],
    ['string', true, undefined],
    ['boolean', false, true],
  ])('of type %s that may be null: %j, is required: %j', (type, nillable, required) => {
    expect(field(type, { nillable }).required).toBe(required)
  })

  it.each([
    ['string', {}, true],
    ['string', { caseSensitive: true }, undefined],
    ['reference', {}, undefined],
    ['double', {}, undefined],
  ])('of type %s with %j ignores case: %j', (type, more, expected) => {
    expect(field(type, more).ignoresCase).toBe(expected)
  })

  it('is written once where it can be created and not updated, and its object can', () => {
    const once = { createable: true, updateable: false }
    expect(field('reference', once).createOnly).toBe(true)
    expect(field('reference', {}).createOnly).toBeUndefined()
    expect(field('string', once, { updateable: false }).createOnly).toBeUndefined()
  })

  it('that is deprecated does not show', () => {
    expect(toSField({ name: 'Old__c', type: 'string', deprecatedAndHidden: true })).toEqual([])
  })
})
