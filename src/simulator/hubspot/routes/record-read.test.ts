import { describe, expect, it } from 'vitest'
import { isJsonObject } from '../../json.ts'
import { idsIn, objectsIn, openLocal, textOf } from '../open-local.ts'

const contacts = '/crm/v3/objects/contacts'

function withContacts(count: number) {
  const local = openLocal()
  const ids = Array.from({ length: count }, (_, at) =>
    local.create('contacts', { email: `p${at}@x.com`, firstname: `P${at}`, phone: `${at}` }),
  )
  return { local, ids }
}

describe('list', () => {
  it('shows ten by ascending id unless asked otherwise, with a link to the next', () => {
    const { local, ids } = withContacts(12)
    const { body, results } = local.call(`GET ${contacts}`)
    expect(idsIn(results)).toEqual(ids.slice(0, 10))
    expect(body['paging']).toEqual({
      next: { after: ids[10], link: `https://api.hubapi.com${contacts}?after=${ids[10]}` },
    })
  })

  it('leaves the paging key out of the last page', () => {
    const { local, ids } = withContacts(12)
    const { body, results } = local.call(`GET ${contacts}?limit=10&after=${ids[10]}`)
    expect(idsIn(results)).toEqual(ids.slice(10))
    expect('paging' in body).toBe(false)
  })

  it('gives every record once over all pages', () => {
    const { local, ids } = withContacts(25)
    const seen: string[] = []
    let after: string | null = '0'
    while (after !== null) {
      const { body, results } = local.call(`GET ${contacts}?limit=7&after=${after}`)
      seen.push(...idsIn(results))
      const paging = body['paging']
      const next = isJsonObject(paging) ? paging['next'] : null
      after = isJsonObject(next) ? textOf(next['after']) : null
    }
    expect(seen).toEqual(ids)
  })

  it('refuses a limit above 100, and above 50 with history', () => {
    const { local } = withContacts(1)
    expect(local.call(`GET ${contacts}?limit=100`).status).toBe(200)
    expect(local.call(`GET ${contacts}?limit=101`).status).toBe(400)
    expect(local.call(`GET ${contacts}?limit=50&propertiesWithHistory=phone`).status).toBe(200)
    expect(local.call(`GET ${contacts}?limit=51&propertiesWithHistory=phone`).status).toBe(400)
  })

  it('takes properties joined by commas and as repeated keys', () => {
    const { local } = withContacts(1)
    for (const query of ['properties=phone,city', 'properties=phone&properties=city']) {
      const [record] = local.call(`GET ${contacts}?${query}`).results
      expect(record?.['properties']).toMatchObject({ phone: '0', city: null })
    }
  })

  it('returns the defaults without being asked, empty ones as null, and drops unknown names', () => {
    const { local, ids } = withContacts(1)
    const [record] = local.call(`GET ${contacts}?properties=no_such_property`).results
    expect(record).toMatchObject({ id: ids[0], archived: false })
    expect(record?.['properties']).toEqual({
      firstname: 'P0',
      lastname: null,
      email: 'p0@x.com',
      createdate: '2026-03-10T12:00:00.000Z',
      lastmodifieddate: '2026-03-10T12:00:00.000Z',
      hs_object_id: ids[0],
    })
  })

  it.each([
    ['companies', { name: 'A', domain: 'a.com' }, ['name', 'domain']],
    [
      'deals',
      { dealname: 'D', dealstage: 'closedwon' },
      ['dealname', 'amount', 'closedate', 'pipeline', 'dealstage'],
    ],
  ])('returns the defaults of %s with hs_lastmodifieddate', (object, properties, names) => {
    const local = openLocal()
    local.create(object, properties)
    const [record] = local.call(`GET /crm/v3/objects/${object}`).results
    const shown = record?.['properties']
    const expected = [...names, 'createdate', 'hs_lastmodifieddate', 'hs_object_id']
    expect(isJsonObject(shown) ? Object.keys(shown).toSorted() : []).toEqual(expected.toSorted())
  })

  it('lists archived records only when asked, with archivedAt', () => {
    const { local, ids } = withContacts(2)
    local.call(`DELETE ${contacts}/${ids[0]}`)
    expect(idsIn(local.call(`GET ${contacts}`).results)).toEqual([ids[1]])
    const archived = local.call(`GET ${contacts}?archived=true`).results
    expect(archived).toMatchObject([
      { id: ids[0], archived: true, archivedAt: '2026-03-10T12:00:00.000Z' },
    ])
  })

  it('has no filter by modification time', () => {
    const { local, ids } = withContacts(2)
    const { results } = local.call(`GET ${contacts}?updatedAfter=2030-01-01`)
    expect(idsIn(results)).toEqual(ids)
  })

  it('answers 414 to a URL beyond 16 kB', () => {
    const { local } = withContacts(1)
    const wide = Array.from({ length: 2000 }, (_, at) => `property_${at}`).join(',')
    expect(local.call(`GET ${contacts}?properties=${wide}`).status).toBe(414)
  })

  it('knows a type by name, singular, id and fully qualified name', () => {
    const { local, ids } = withContacts(1)
    for (const name of ['contacts', 'contact', '0-1', 'CONTACT']) {
      expect(idsIn(local.call(`GET /crm/v3/objects/${name}`).results)).toEqual(ids)
    }
    const unknown = local.call('GET /crm/v3/objects/rockets')
    expect(unknown.status).toBe(400)
    expect(unknown.body['message']).toBe('Unable to infer object type from: rockets')
  })
})

describe('one record', () => {
  it('is read by id, by email in any case, and by a unique property', () => {
    const local = openLocal({
      state: {
        properties: {
          contacts: [{ name: 'key', type: 'string', fieldType: 'text', hasUniqueValue: true }],
        },
      },
    })
    const id = local.create('contacts', { email: 'a@x.com', key: 'k1' })
    expect(local.call(`GET ${contacts}/${id}`).body['id']).toBe(id)
    expect(local.call(`GET ${contacts}/A%40X.com?idProperty=email`).body['id']).toBe(id)
    expect(local.call(`GET ${contacts}/k1?idProperty=key`).body['id']).toBe(id)
    expect(local.call(`GET ${contacts}/x?idProperty=firstname`).status).toBe(400)
  })

  it('is 404 OBJECT_NOT_FOUND when missing or archived', () => {
    const { local, ids } = withContacts(1)
    expect(local.call(`GET ${contacts}/999`)).toMatchObject({
      status: 404,
      body: { status: 'error', message: 'resource not found', category: 'OBJECT_NOT_FOUND' },
    })
    local.call(`DELETE ${contacts}/${ids[0]}`)
    expect(local.call(`GET ${contacts}/${ids[0]}`).status).toBe(404)
    expect(local.call(`GET ${contacts}/${ids[0]}?archived=true`).status).toBe(200)
  })

  it('shows associations under the names of the v3 API', () => {
    const local = openLocal()
    const company = local.create('companies', { name: 'A' })
    const contact = local.create('contacts', { email: 'a@x.com' })
    local.call(`PUT /crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`)
    const { body } = local.call(`GET ${contacts}/${contact}?associations=companies`)
    expect(body['associations']).toEqual({
      companies: { results: [{ id: company, type: 'contact_to_company' }] },
    })
  })

  it('shows the history of a property, newest first, with the source', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com', city: 'Berlin' })
    local.advance(1000)
    local.hubspot.edit({ kind: 'update', object: 'contacts', id, properties: { city: 'Rome' } })
    const { body } = local.call(`GET ${contacts}/${id}?propertiesWithHistory=city`)
    expect(body['propertiesWithHistory']).toEqual({
      city: [
        { value: 'Rome', timestamp: '2026-03-10T12:00:01.000Z', sourceType: 'CRM_UI' },
        { value: 'Berlin', timestamp: '2026-03-10T12:00:00.000Z', sourceType: 'INTEGRATION' },
      ],
    })
  })
})

describe('batch read', () => {
  it('answers 200 when all are found and 207 with the missing ids in one error otherwise', () => {
    const { local, ids } = withContacts(2)
    const found = local.call(`POST ${contacts}/batch/read`, {
      inputs: ids.map((id) => ({ id })),
      properties: ['phone'],
      propertiesWithHistory: [],
    })
    expect(found.status).toBe(200)
    expect(found.body['status']).toBe('COMPLETE')
    expect([...idsIn(found.results)].toSorted()).toEqual(ids)
    const partial = local.call(`POST ${contacts}/batch/read`, {
      inputs: [{ id: '999' }, { id: ids[0] ?? '' }, { id: '998' }],
    })
    expect(partial.status).toBe(207)
    expect(idsIn(partial.results)).toEqual([ids[0]])
    expect(partial.body).toMatchObject({
      numErrors: 1,
      errors: [
        {
          status: 'error',
          category: 'OBJECT_NOT_FOUND',
          message:
            'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
          context: { ids: ['999', '998'] },
        },
      ],
    })
  })

  it('finds contacts by email', () => {
    const { local, ids } = withContacts(1)
    const body = { idProperty: 'email', inputs: [{ id: ' P0@X.com' }], properties: [] }
    expect(idsIn(local.call(`POST ${contacts}/batch/read`, body).results)).toEqual(ids)
  })

  it('promises no order: the seed decides it', () => {
    const { local, ids } = withContacts(50)
    const inputs = ids.map((id) => ({ id }))
    const { results } = local.call(`POST ${contacts}/batch/read`, { inputs })
    expect(idsIn(results)).not.toEqual(ids)
    expect([...idsIn(results)].toSorted()).toEqual(ids)
    local.hubspot.configure({ behaviour: { resultOrder: 'input' } })
    expect(idsIn(local.call(`POST ${contacts}/batch/read`, { inputs }).results)).toEqual(ids)
  })

  it('takes at most 100 inputs, 50 with history', () => {
    const { local } = withContacts(1)
    const inputs = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ id: String(at + 1) }))
    const read = (count: number, history: string[]) =>
      local.call(`POST ${contacts}/batch/read`, {
        inputs: inputs(count),
        propertiesWithHistory: history,
      }).status
    expect(read(100, [])).toBe(207)
    expect(read(101, [])).toBe(400)
    expect(read(50, ['phone'])).toBe(207)
    expect(read(51, ['phone'])).toBe(400)
  })

  it('reads archived records when asked and never associations', () => {
    const { local, ids } = withContacts(1)
    local.call(`DELETE ${contacts}/${ids[0]}`)
    const body = { inputs: [{ id: ids[0] ?? '' }], associations: ['companies'] }
    expect(local.call(`POST ${contacts}/batch/read`, body).status).toBe(207)
    const { results } = local.call(`POST ${contacts}/batch/read?archived=true`, body)
    expect(results).toMatchObject([{ id: ids[0], archived: true }])
    expect(results[0] !== undefined && 'associations' in results[0]).toBe(false)
  })

  it('does not follow a merge, unlike the read of one record', () => {
    const { local, ids } = withContacts(2)
    const [primary = '', other = ''] = ids
    local.call(`POST ${contacts}/merge`, { primaryObjectId: primary, objectIdToMerge: other })
    expect(local.call(`GET ${contacts}/${other}`).body['id']).toBe(primary)
    const { status, body } = local.call(`POST ${contacts}/batch/read`, { inputs: [{ id: other }] })
    expect(status).toBe(207)
    expect(objectsIn(body['errors'])).toMatchObject([{ context: { ids: [other] } }])
  })
})
