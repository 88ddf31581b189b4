import { describe, expect, it } from 'vitest'
import { idsIn, openLocal, textOf } from '../open-local.ts'

const contacts = '/crm/v3/objects/contacts'
const uniqueKey = { name: 'key', type: 'string', fieldType: 'text', hasUniqueValue: true } as const
const keyed = { state: { properties: { contacts: [uniqueKey], deals: [uniqueKey] } } }

describe('create', () => {
  it('answers 201 with the record as stored', () => {
    const local = openLocal()
    const { status, body } = local.call(`POST ${contacts}`, {
      properties: { email: ' Foo@X.COM ', firstname: 'Foo' },
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      createdAt: '2026-03-10T12:00:00.000Z',
      updatedAt: '2026-03-10T12:00:00.000Z',
      archived: false,
      properties: { email: 'foo@x.com', firstname: 'Foo' },
    })
  })

  it('associates the new record', () => {
    const local = openLocal()
    const company = local.create('companies', { name: 'A' })
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }]
    const { body } = local.call(`POST ${contacts}`, {
      properties: { email: 'a@x.com' },
      associations: [{ to: { id: company }, types }],
    })
    const read = local.call(`GET ${contacts}/${textOf(body['id'])}?associations=companies`).body
    expect(read['associations']).toMatchObject({ companies: { results: [{ id: company }] } })
    const missing = local.call(`POST ${contacts}`, {
      properties: { email: 'b@x.com' },
      associations: [{ to: { id: '999' }, types }],
    })
    expect(missing.status).toBe(400)
    expect(local.call(`GET ${contacts}/b@x.com?idProperty=email`).status).toBe(404)
  })

  it.each([
    ['deals', { dealname: 'D' }, ['dealstage']],
    ['companies', { city: 'Rome' }, ['name', 'domain']],
    ['tickets', { content: 'x' }, ['subject', 'hs_pipeline_stage']],
  ])('refuses %s without their required properties', (object, properties, missing) => {
    const local = openLocal()
    const { status, body } = local.call(`POST /crm/v3/objects/${object}`, { properties })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      category: 'VALIDATION_ERROR',
      message: expect.stringContaining('Some required properties were not set'),
      context: { properties: missing },
    })
  })

  it('requires the pipeline of a deal only where there are several', () => {
    const local = openLocal()
    const deal = { dealname: 'D', dealstage: 'closedwon' }
    const id = local.create('deals', deal)
    expect(local.read('deals', id, 'pipeline')['pipeline']).toBe('default')
    local.call('POST /crm/v3/pipelines/deals', {
      label: 'Second',
      displayOrder: 1,
      stages: [{ label: 'New', displayOrder: 0, metadata: { probability: '0.1' } }],
    })
    const { status, body } = local.call('POST /crm/v3/objects/deals', { properties: deal })
    expect(status).toBe(400)
    expect(body['context']).toEqual({ properties: ['pipeline'] })
  })

  it('requires nothing of a contact, and what its schema says of a custom object', () => {
    const local = openLocal()
    expect(local.call(`POST ${contacts}`, { properties: {} }).status).toBe(201)
    local.call('POST /crm/v3/schemas', {
      name: 'cars',
      labels: { singular: 'Car', plural: 'Cars' },
      requiredProperties: ['vin'],
      properties: [{ name: 'vin', label: 'VIN', type: 'string', fieldType: 'text' }],
      associatedObjects: [],
    })
    expect(local.call('POST /crm/v3/objects/cars', { properties: {} }).status).toBe(400)
    expect(local.call('POST /crm/v3/objects/cars', { properties: { vin: '1' } }).status).toBe(201)
  })

  it('answers a taken email with 409 and the id in the text only', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const { status, body } = local.call(`POST ${contacts}`, { properties: { email: 'A@x.com' } })
    expect(status).toBe(409)
    expect(body).toEqual({
      status: 'error',
      message: `Contact already exists. Existing ID: ${id}`,
      correlationId: expect.any(String),
      category: 'CONFLICT',
    })
  })

  it('answers a taken unique value with 400 and CONFLICTING_UNIQUE_VALUE', () => {
    const local = openLocal(keyed)
    const id = local.create('contacts', { key: 'k' })
    const { status, body } = local.call(`POST ${contacts}`, { properties: { key: 'k' } })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      category: 'VALIDATION_ERROR',
      message: expect.stringContaining('CONFLICTING_UNIQUE_VALUE'),
      errors: [{ code: 'CONFLICTING_UNIQUE_VALUE', message: expect.stringContaining(id) }],
    })
  })

  it('allows two companies of one domain', () => {
    const local = openLocal()
    local.create('companies', { domain: 'a.com' })
    expect(
      local.call('POST /crm/v3/objects/companies', { properties: { domain: 'a.com' } }).status,
    ).toBe(201)
  })

  it("treats another contact's secondary email as taken", () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const properties = { hs_additional_emails: 'b@x.com;c@x.com' }
    local.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
    const { status, body } = local.call(`POST ${contacts}`, { properties: { email: 'c@x.com' } })
    expect(status).toBe(409)
    expect(body['message']).toBe(`Contact already exists. Existing ID: ${id}`)
  })

  it('lets an archived record keep neither its email nor its place', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    local.call(`DELETE ${contacts}/${id}`)
    expect(local.create('contacts', { email: 'a@x.com' })).not.toBe(id)
  })
})

describe('update', () => {
  it('changes what it names and bumps updatedAt only when something changed', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com', city: 'Rome' })
    local.advance(1000)
    const same = local.call(`PATCH ${contacts}/${id}`, { properties: { city: 'Rome' } })
    expect(same.body['updatedAt']).toBe('2026-03-10T12:00:00.000Z')
    const { status, body } = local.call(`PATCH ${contacts}/${id}`, { properties: { city: 'Oslo' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      updatedAt: '2026-03-10T12:00:01.000Z',
      properties: { city: 'Oslo', email: 'a@x.com' },
    })
  })

  it('finds the record by email and refuses an address that another holds', () => {
    const local = openLocal()
    local.create('contacts', { email: 'a@x.com' })
    const other = local.create('contacts', { email: 'b@x.com' })
    const url = `PATCH ${contacts}/a@x.com?idProperty=email`
    expect(local.call(url, { properties: { city: 'Rome' } }).status).toBe(200)
    const clash = local.call(url, { properties: { email: 'b@x.com' } })
    expect(clash.status).toBe(409)
    expect(clash.body['message']).toBe(`Contact already exists. Existing ID: ${other}`)
  })

  it('clears with an empty text and refuses a JSON null', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com', city: 'Rome' })
    expect(local.call(`PATCH ${contacts}/${id}`, { properties: { city: null } }).status).toBe(400)
    local.call(`PATCH ${contacts}/${id}`, { properties: { city: '' } })
    expect(local.read('contacts', id, 'city')['city']).toBe(null)
  })

  it('refuses an unknown property with its name in the message and in errors', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const { status, body } = local.call(`PATCH ${contacts}/${id}`, { properties: { missing: '1' } })
    expect(status).toBe(400)
    const entry = {
      isValid: false,
      message: 'Property "missing" does not exist',
      error: 'PROPERTY_DOESNT_EXIST',
      name: 'missing',
      localizedErrorMessage: 'Property "missing" does not exist',
      portalId: 62515,
    }
    expect(body).toMatchObject({
      category: 'VALIDATION_ERROR',
      message: `Property values were not valid: ${JSON.stringify([entry])}`,
      errors: [{ code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: ['missing'] } }],
    })
  })

  it('refuses read-only and calculated properties with READ_ONLY_VALUE', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    for (const name of ['createdate', 'hs_object_id', 'hs_email_domain']) {
      const { status, body } = local.call(`PATCH ${contacts}/${id}`, {
        properties: { [name]: '1' },
      })
      expect(status).toBe(400)
      expect(body).toMatchObject({
        message: expect.stringContaining('is a read only property; its value cannot be set'),
        errors: [{ code: 'READ_ONLY_VALUE' }],
      })
    }
  })

  it('is 404 for a missing record', () => {
    const local = openLocal()
    expect(local.call(`PATCH ${contacts}/999`, { properties: { city: 'Rome' } }).status).toBe(404)
  })
})

describe('delete', () => {
  it('archives with 204, also what is archived or never was', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    for (const one of [id, id, '999']) {
      const { status, body } = local.call(`DELETE ${contacts}/${one}`)
      expect([status, body]).toEqual([204, {}])
    }
    expect(local.call(`GET ${contacts}/${id}`).status).toBe(404)
  })

  it('can be undone by a person', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    local.call(`DELETE ${contacts}/${id}`)
    local.hubspot.edit({ kind: 'restore', object: 'contacts', id })
    expect(local.read('contacts', id)['email']).toBe('a@x.com')
  })
})

describe('merge', () => {
  it('keeps the primary, fills its gaps, and names the other among the merged', () => {
    const local = openLocal()
    const primary = local.create('contacts', { email: 'a@x.com', city: 'Rome' })
    const other = local.create('contacts', { email: 'b@x.com', city: 'Oslo', phone: '1' })
    const { status, body } = local.call(`POST ${contacts}/merge`, {
      primaryObjectId: primary,
      objectIdToMerge: other,
    })
    expect([status, body['id']]).toEqual([200, primary])
    const names = ['city', 'phone', 'hs_merged_object_ids', 'hs_additional_emails']
    expect(local.read('contacts', primary, ...names)).toMatchObject({
      email: 'a@x.com',
      city: 'Rome',
      phone: '1',
      hs_merged_object_ids: other,
      hs_additional_emails: 'b@x.com',
    })
  })

  it('leads the old id to the survivor in single reads and updates, not in list and search', () => {
    const local = openLocal()
    const primary = local.create('contacts', { email: 'a@x.com' })
    const other = local.create('contacts', { email: 'b@x.com' })
    local.call(`POST ${contacts}/merge`, { primaryObjectId: primary, objectIdToMerge: other })
    expect(local.call(`GET ${contacts}/${other}`).body['id']).toBe(primary)
    local.call(`PATCH ${contacts}/${other}`, { properties: { city: 'Rome' } })
    expect(local.read('contacts', primary, 'city')['city']).toBe('Rome')
    expect(idsIn(local.call(`GET ${contacts}`).results)).toEqual([primary])
    expect(idsIn(local.call(`POST ${contacts}/search`, {}).results)).toEqual([primary])
  })

  it('can give the survivor a new id', () => {
    const local = openLocal({ behaviour: { mergeCreatesNewId: true } })
    const primary = local.create('contacts', { email: 'a@x.com' })
    const other = local.create('contacts', { email: 'b@x.com' })
    const merge = { primaryObjectId: primary, objectIdToMerge: other }
    const { body } = local.call(`POST ${contacts}/merge`, merge)
    const survivor = textOf(body['id'])
    expect([primary, other]).not.toContain(survivor)
    for (const old of [primary, other]) {
      expect(local.call(`GET ${contacts}/${old}`).body['id']).toBe(survivor)
    }
  })

  it('moves the associations to the survivor', () => {
    const local = openLocal()
    const company = local.create('companies', { name: 'A' })
    const primary = local.create('contacts', { email: 'a@x.com' })
    const other = local.create('contacts', { email: 'b@x.com' })
    local.call(`PUT /crm/v4/objects/contacts/${other}/associations/default/companies/${company}`)
    local.call(`POST ${contacts}/merge`, { primaryObjectId: primary, objectIdToMerge: other })
    const { results } = local.call(`GET /crm/v4/objects/companies/${company}/associations/contacts`)
    expect(results).toMatchObject([{ toObjectId: Number(primary) }])
  })

  it('answers 414 after 250 merges, 404 for a missing record and 400 for itself', () => {
    const local = openLocal()
    const primary = local.create('contacts', { email: 'a@x.com' })
    const merge = (objectIdToMerge: string) =>
      local.call(`POST ${contacts}/merge`, { primaryObjectId: primary, objectIdToMerge }).status
    for (let count = 0; count < 250; count += 1) {
      expect(merge(local.create('contacts', { firstname: `${count}` }))).toBe(200)
    }
    expect(merge(local.create('contacts', { firstname: 'more' }))).toBe(414)
    expect(merge('999')).toBe(404)
    expect(merge(primary)).toBe(400)
  })
})

describe('privacy deletion', () => {
  it('erases the contact for good and blocks its address', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    expect(local.call(`POST ${contacts}/gdpr-delete`, { objectId: id }).status).toBe(204)
    expect(local.call(`GET ${contacts}/${id}?archived=true`).status).toBe(404)
    expect(local.call(`POST ${contacts}`, { properties: { email: 'A@x.com' } }).status).toBe(400)
  })

  it('takes an address that nobody has', () => {
    const local = openLocal()
    const body = { objectId: 'z@x.com', idProperty: 'email' }
    expect(local.call(`POST ${contacts}/gdpr-delete`, body).status).toBe(204)
    expect(local.call(`POST ${contacts}`, { properties: { email: 'z@x.com' } }).status).toBe(400)
  })
})
