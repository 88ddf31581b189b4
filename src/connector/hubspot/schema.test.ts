import { describe, expect, it } from 'vitest'
import type { Field } from '../../model/field.ts'
import { json } from '../http/scripted-transport.ts'
import { toCustomObject, toField } from './schema.ts'
import { scriptedHubSpot } from './scripted-hubspot.ts'

const writable = { readOnlyValue: false }

function property(name: string, type: string, more: object = {}): Record<string, unknown> {
  return { name, label: `The ${name}`, type, modificationMetadata: writable, ...more }
}

const options = [
  { value: 'new', label: 'New' },
  { value: 'old', label: 'Old' },
]

describe('toField', () => {
  it.each<[string, Record<string, unknown>, Partial<Field>]>([
    ['a text', property('note', 'string'), { type: 'text', maxLength: 65_536, writable: true }],
    ['a phone number', property('phone', 'phone_number'), { type: 'text' }],
    [
      'a text that is entered as a phone number',
      property('hot_line', 'string', { fieldType: 'phonenumber' }),
      { nativeType: 'phone', ignoresCase: true },
    ],
    [
      'the domain of a company',
      property('domain', 'string', { hubspotDefined: true }),
      { nativeType: 'domain' },
    ],
    ['a number', property('amount', 'number'), { type: 'number' }],
    ['a boolean', property('vip', 'bool', { fieldType: 'booleancheckbox' }), { type: 'boolean' }],
    ['a date', property('born', 'date'), { type: 'date' }],
    ['an instant', property('seen', 'datetime'), { type: 'datetime' }],
    [
      'one of a list',
      property('kind', 'enumeration', { fieldType: 'select', options }),
      { type: 'option', options },
    ],
    [
      'several of a list',
      property('kinds', 'enumeration', { fieldType: 'checkbox', options }),
      { type: 'options', options },
    ],
    [
      'an owner',
      property('hubspot_owner_id', 'enumeration', {
        fieldType: 'select',
        externalOptions: true,
        referencedObjectType: 'OWNER',
        options: [],
      }),
      { type: 'reference', references: 'owners' },
    ],
    [
      'a pipeline',
      property('pipeline', 'enumeration', { hubspotDefined: true }),
      { type: 'reference', references: 'pipelines' },
    ],
    [
      'a stage',
      property('dealstage', 'enumeration', { hubspotDefined: true }),
      { type: 'reference', references: 'stages' },
    ],
    [
      'a field of the user’s own called pipeline',
      property('pipeline', 'string', { hubspotDefined: false }),
      { type: 'text' },
    ],
    [
      'a read-only field',
      property('createdate', 'datetime', { modificationMetadata: { readOnlyValue: true } }),
      { writable: false },
    ],
    ['a calculated field', property('score', 'number', { calculated: true }), { writable: false }],
    ['an internal field', property('blob', 'json'), { type: 'text', writable: false }],
    [
      'a field of unique values',
      property('syncline_key', 'string', { hasUniqueValue: true }),
      { unique: true, lookup: true },
    ],
    ['an ordinary field', property('city', 'string'), { unique: false, lookup: false }],
    ['the email of a contact', property('email', 'string'), { unique: true, lookup: true }],
    ['the record id', property('hs_object_id', 'number'), { unique: true, lookup: true }],
  ])('reads %s', (_what, definition, expected) => {
    expect(toField('contacts', definition)).toMatchObject(expected)
  })

  it('takes the email of another object, and a company’s domain, for no key', () => {
    expect(toField('companies', property('email', 'string'))?.unique).toBe(false)
    expect(toField('companies', property('domain', 'string'))?.lookup).toBe(false)
  })

  it('leaves out archived and nameless definitions', () => {
    expect(toField('contacts', property('x', 'string', { archived: true }))).toBeNull()
    expect(toField('contacts', { label: 'nameless' })).toBeNull()
  })
})

const cars = {
  name: 'car',
  objectTypeId: '2-17',
  fullyQualifiedName: 'p4711_car',
  labels: { singular: 'Car', plural: 'Cars' },
  requiredProperties: ['vin'],
}

describe('toCustomObject', () => {
  it('knows an object by name, id, qualified name and label', () => {
    expect(toCustomObject(cars)?.names).toEqual(['car', '2-17', 'p4711_car', 'Cars'])
  })

  it('leaves out standard objects and what has no id', () => {
    expect(toCustomObject({ ...cars, objectTypeId: '0-1' })).toBeNull()
    expect(toCustomObject({ name: 'car' })).toBeNull()
  })
})

describe('object metadata', () => {
  const script = (path: string, sensitivity: string | null) => {
    if (path === '/crm/v3/schemas') return json(200, { results: [cars] })
    if (sensitivity === 'non_sensitive') return json(200, { results: [property('a', 'string')] })
    if (sensitivity === 'sensitive') return json(200, { results: [property('b', 'string')] })
    return json(403, { category: 'MISSING_SCOPES', message: 'no scope' })
  }

  it('includes sensitive fields as far as the credential may see them', async () => {
    const { crm, run } = scriptedHubSpot(({ path, query }) =>
      script(path, query.get('dataSensitivity')),
    )
    const schema = await run(crm.describe('contacts'))
    expect([...schema.fields.keys()]).toEqual(['a', 'b'])
    expect(schema).toMatchObject({ object: 'contacts', label: 'Contacts', required: [] })
  })

  it('finds a custom object by its label and asks by its id', async () => {
    const { crm, run, seen } = scriptedHubSpot(({ path, query }) =>
      script(path, query.get('dataSensitivity')),
    )
    const schema = await run(crm.describe('cars'))
    expect(schema).toMatchObject({ object: '2-17', label: 'Cars', required: ['vin'] })
    const paths = seen.map((request) => request.path)
    expect(paths.filter((path) => path === '/crm/v3/schemas')).toHaveLength(1)
    expect(paths).toContain('/crm/v3/properties/2-17')
  })

  it('throws invalid for an object that does not exist', async () => {
    const { crm, run } = scriptedHubSpot(({ path }) =>
      path === '/crm/v3/schemas'
        ? json(200, { results: [] })
        : json(400, { message: 'Unable to infer object type from: nothing' }),
    )
    await expect(run(crm.describe('nothing'))).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('fails when the ordinary fields can’t be read', async () => {
    const { crm, run } = scriptedHubSpot(() => json(403, { category: 'MISSING_SCOPES' }))
    await expect(run(crm.describe('contacts'))).rejects.toMatchObject({ kind: 'auth' })
  })

  it('lists standard and custom objects', async () => {
    const { crm, run } = scriptedHubSpot(() => json(200, { results: [cars] }))
    const names = (await run(crm.objects())).map(({ name }) => name)
    expect(names).toContain('contacts')
    expect(names.at(-1)).toBe('car')
  })

  it('lists standard objects alone where schemas may not be read', async () => {
    const { crm, run } = scriptedHubSpot(() => json(403, { category: 'MISSING_SCOPES' }))
    expect(await run(crm.objects())).toHaveLength(8)
  })
})
