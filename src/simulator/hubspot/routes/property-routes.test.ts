import { describe, expect, it } from 'vitest'
import { objectsIn, openLocal, textOf } from '../open-local.ts'
import type { OpenLocal } from '../open-local.ts'

const properties = '/crm/v3/properties/contacts'
const plain = {
  name: 'score',
  label: 'Score',
  groupName: 'information',
  type: 'number',
  fieldType: 'number',
}

function names(local: OpenLocal, query = ''): readonly string[] {
  return local.call(`GET ${properties}${query}`).results.map(({ name }) => textOf(name))
}

describe('property definitions', () => {
  it('are listed without paging, with what decides whether they can be written', () => {
    const { body, results } = openLocal().call(`GET ${properties}`)
    expect('paging' in body).toBe(false)
    expect(results.find(({ name }) => name === 'hs_email_domain')).toMatchObject({
      type: 'string',
      fieldType: 'text',
      groupName: 'information',
      calculated: true,
      hasUniqueValue: false,
      hubspotDefined: true,
      modificationMetadata: { readOnlyValue: true, readOnlyDefinition: true, archivable: false },
      options: [],
    })
    expect(results.find(({ name }) => name === 'hubspot_owner_id')).toMatchObject({
      type: 'enumeration',
      externalOptions: true,
      referencedObjectType: 'OWNER',
      options: [],
    })
    expect(results.find(({ name }) => name === 'lifecyclestage')).toMatchObject({
      options: expect.arrayContaining([
        expect.objectContaining({ value: 'lead', label: 'Lead', displayOrder: 1, hidden: false }),
      ]),
    })
  })

  it('show the ids of pipelines and stages as options', () => {
    const { body } = openLocal().call('GET /crm/v3/properties/deals/dealstage')
    expect(objectsIn(body['options'])).toContainEqual(
      expect.objectContaining({ value: 'closedwon', label: 'Closed Won' }),
    )
  })

  it('are created with 201 and usable at once', () => {
    const local = openLocal()
    const { status, body } = local.call(`POST ${properties}`, { ...plain, hasUniqueValue: true })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      name: 'score',
      hasUniqueValue: true,
      hubspotDefined: false,
      archived: false,
      createdAt: '2026-03-10T12:00:00.000Z',
      modificationMetadata: { readOnlyValue: false, archivable: true },
    })
    local.create('contacts', { score: '1' })
    const taken = local.call('POST /crm/v3/objects/contacts', { properties: { score: '1' } })
    expect(taken.status).toBe(400)
  })

  it.each([
    ['without a label', { label: null }, 400],
    ['without a group', { groupName: null }, 400],
    ['of an unknown group', { groupName: 'nope' }, 400],
    ['of an unknown type', { type: 'json' }, 400],
    ['of a type that its field type does not fit', { fieldType: 'textarea' }, 400],
    ['with a capital in the name', { name: 'Score' }, 400],
    ['whose name is taken', { name: 'email' }, 409],
  ])('are refused %s', (_, change, status) => {
    expect(openLocal().call(`POST ${properties}`, { ...plain, ...change }).status).toBe(status)
  })

  it.each([
    ['bool', 'booleancheckbox'],
    ['enumeration', 'booleancheckbox'],
    ['enumeration', 'checkbox'],
    ['enumeration', 'radio'],
    ['enumeration', 'select'],
    ['date', 'date'],
    ['datetime', 'date'],
    ['number', 'number'],
    ['number', 'calculation_equation'],
    ['string', 'text'],
    ['string', 'textarea'],
    ['string', 'html'],
    ['string', 'file'],
    ['string', 'phonenumber'],
  ])('may be a %s entered as %s', (type, fieldType) => {
    const options = [{ label: 'A', value: 'a', displayOrder: 0, hidden: false }]
    const body = { ...plain, type, fieldType, ...(type === 'enumeration' ? { options } : {}) }
    const { status, body: created } = openLocal().call(`POST ${properties}`, body)
    expect(status).toBe(201)
    expect(created['calculated']).toBe(fieldType === 'calculation_equation')
  })

  it('can be unique for at most 10 of an object, from their creation on only', () => {
    const local = openLocal()
    const unique = (at: number) =>
      local.call(`POST ${properties}`, { ...plain, name: `key_${at}`, hasUniqueValue: true }).status
    for (let at = 0; at < 10; at += 1) expect(unique(at)).toBe(201)
    expect(unique(10)).toBe(400)
    local.call(`POST ${properties}`, plain)
    const { body } = local.call(`PATCH ${properties}/score`, { hasUniqueValue: true })
    expect(body['hasUniqueValue']).toBe(false)
  })

  it('lose the options that an update leaves out', () => {
    const local = openLocal()
    const option = (value: string) => ({ value, label: value, displayOrder: 0, hidden: false })
    const enumeration = { ...plain, type: 'enumeration', fieldType: 'select' }
    local.call(`POST ${properties}`, { ...enumeration, options: [option('a'), option('b')] })
    local.call(`PATCH ${properties}/score`, { options: [option('b')] })
    const create = (score: string) =>
      local.call('POST /crm/v3/objects/contacts', { properties: { score } }).status
    expect([create('a'), create('b')]).toEqual([400, 201])
  })

  it('keep their name for themselves after being archived', () => {
    const local = openLocal()
    local.call(`POST ${properties}`, plain)
    expect(local.call(`DELETE ${properties}/score`).status).toBe(204)
    expect(names(local)).not.toContain('score')
    expect(names(local, '?archived=true')).toEqual(['score'])
    expect(local.call(`GET ${properties}/score`).status).toBe(404)
    expect(local.call(`POST ${properties}`, plain).status).toBe(409)
    expect(local.call(`DELETE ${properties}/email`).status).toBe(400)
  })

  it('are absent when sensitive unless asked for', () => {
    const local = openLocal()
    local.call(`POST ${properties}`, { ...plain, dataSensitivity: 'sensitive' })
    expect(names(local)).not.toContain('score')
    expect(names(local, '?dataSensitivity=sensitive')).toEqual(['score'])
  })

  it('are created, read and archived by the batch, at most 100', () => {
    const local = openLocal()
    const inputs = ['one', 'two'].map((name) => ({ ...plain, name }))
    expect(local.call(`POST ${properties}/batch/create`, { inputs }).status).toBe(201)
    const read = local.call(`POST ${properties}/batch/read`, {
      archived: false,
      inputs: [{ name: 'one' }, { name: 'nope' }],
    })
    expect(read).toMatchObject({ status: 207, results: [{ name: 'one' }] })
    const many = Array.from({ length: 101 }, () => ({ name: 'one' }))
    expect(local.call(`POST ${properties}/batch/read`, { inputs: many }).status).toBe(400)
    const archive = { inputs: [{ name: 'one' }] }
    expect(local.call(`POST ${properties}/batch/archive`, archive).status).toBe(204)
    expect(names(local)).not.toContain('one')
  })

  it('live in groups that can be listed, created, renamed and archived', () => {
    const local = openLocal()
    const groups = `${properties}/groups`
    const group = { name: 'scores', label: 'Scores', displayOrder: 2 }
    expect(local.call(`POST ${groups}`, group).status).toBe(201)
    expect(local.call(`POST ${groups}`, group).status).toBe(409)
    expect(local.call(`PATCH ${groups}/scores`, { label: 'Points' }).body['label']).toBe('Points')
    expect(local.call(`GET ${groups}`).results).toContainEqual(
      expect.objectContaining({ name: 'scores', label: 'Points', archived: false }),
    )
    expect(local.call(`DELETE ${groups}/scores`).status).toBe(204)
    expect(local.call(`GET ${groups}/scores`).status).toBe(404)
  })
})

describe('schemas', () => {
  const car = {
    name: 'cars',
    labels: { singular: 'Car', plural: 'Cars' },
    primaryDisplayProperty: 'vin',
    requiredProperties: ['vin'],
    searchableProperties: ['vin'],
    properties: [
      { name: 'vin', label: 'VIN', type: 'string', fieldType: 'text', hasUniqueValue: true },
    ],
    associatedObjects: ['CONTACT'],
  }

  it('make objects that are known by name, id and fully qualified name', () => {
    const local = openLocal()
    const { status, body } = local.call('POST /crm/v3/schemas', car)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      objectTypeId: expect.stringMatching(/^2-\d+$/),
      fullyQualifiedName: 'p62515_cars',
      name: 'cars',
      labels: { singular: 'Car', plural: 'Cars' },
      primaryDisplayProperty: 'vin',
      requiredProperties: ['vin'],
      searchableProperties: ['vin'],
      associations: [{ toObjectTypeId: '0-1', name: 'cars_to_contact' }],
    })
    expect(objectsIn(body['properties']).map(({ name }) => name)).toContain('vin')
    const id = local.create('cars', { vin: '1' })
    for (const name of ['cars', 'p62515_cars', textOf(body['objectTypeId'])]) {
      expect(local.call(`GET /crm/v3/objects/${name}/${id}`).status).toBe(200)
    }
    expect(local.call('GET /crm/v3/schemas').results).toMatchObject([{ name: 'cars' }])
    expect(local.call('GET /crm/v3/schemas/p62515_cars').body['name']).toBe('cars')
  })

  it('can be changed, and archived only when no record is left', () => {
    const local = openLocal()
    local.call('POST /crm/v3/schemas', car)
    const renamed = local.call('PATCH /crm/v3/schemas/cars', { labels: { singular: 'Auto' } })
    expect(renamed.body['labels']).toEqual({ singular: 'Auto', plural: 'Cars' })
    const id = local.create('cars', { vin: '1' })
    expect(local.call('DELETE /crm/v3/schemas/cars').status).toBe(400)
    local.call(`DELETE /crm/v3/objects/cars/${id}`)
    expect(local.call('DELETE /crm/v3/schemas/cars').status).toBe(204)
    expect(local.call('GET /crm/v3/schemas/cars').status).toBe(404)
  })

  it('of HubSpot itself can be read, not changed', () => {
    const local = openLocal()
    expect(local.call('GET /crm/v3/schemas/contacts').body['objectTypeId']).toBe('0-1')
    expect(local.call('DELETE /crm/v3/schemas/contacts').status).toBe(400)
    expect(local.call('POST /crm/v3/schemas', { ...car, name: 'deals' }).status).toBe(409)
  })
})
