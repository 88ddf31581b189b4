import { describe, expect, it } from 'vitest'
import type { Json } from '../../json.ts'
import { idsIn, objectsIn, openLocal, textOf } from '../open-local.ts'

const batch = '/crm/v3/objects/contacts/batch'
const key = { name: 'key', type: 'string', fieldType: 'text', hasUniqueValue: true } as const
const keyed = { state: { properties: { contacts: [key] } } }

function input(trace: string | null, properties: { [key: string]: Json }, more = {}) {
  return { ...more, properties, ...(trace === null ? {} : { objectWriteTraceId: trace }) }
}

describe('batch create', () => {
  it('answers 201 with every record and echoes the trace ids', () => {
    const local = openLocal()
    const inputs = [input('t1', { email: 'a@x.com' }), input('t2', { email: 'b@x.com' })]
    const { status, body, results } = local.call(`POST ${batch}/create`, { inputs })
    expect(status).toBe(201)
    expect(body).toMatchObject({ status: 'COMPLETE', startedAt: expect.any(String) })
    expect('errors' in body || 'numErrors' in body).toBe(false)
    const emails = results.map(({ objectWriteTraceId, properties }) => [
      objectWriteTraceId,
      properties,
    ])
    expect(emails).toHaveLength(2)
    expect(emails).toContainEqual(['t1', expect.objectContaining({ email: 'a@x.com' })])
  })

  it('can keep the trace ids to itself', () => {
    const local = openLocal({ behaviour: { echoTraceIds: false } })
    const { results } = local.call(`POST ${batch}/create`, { inputs: [input('t1', {})] })
    expect(results[0] !== undefined && 'objectWriteTraceId' in results[0]).toBe(false)
  })

  it('writes nothing without trace ids when one input is wrong', () => {
    const local = openLocal()
    const inputs = [input(null, { email: 'a@x.com' }), input(null, { nope: '1' })]
    const { status, body } = local.call(`POST ${batch}/create`, { inputs })
    expect(status).toBe(400)
    expect(body).toMatchObject({ category: 'VALIDATION_ERROR' })
    expect(local.call('GET /crm/v3/objects/contacts').results).toEqual([])
  })

  it('writes nothing without trace ids when one email is taken, and says 409', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'b@x.com' })
    const inputs = [input(null, { email: 'a@x.com' }), input(null, { email: 'b@x.com' })]
    const { status, body } = local.call(`POST ${batch}/create`, { inputs })
    expect(status).toBe(409)
    expect(body['message']).toBe(`Contact already exists. Existing ID: ${id}`)
    expect(idsIn(local.call('GET /crm/v3/objects/contacts').results)).toEqual([id])
  })

  it('names the failed inputs by trace id in a 207 and writes the others', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'b@x.com' })
    const inputs = [
      input('t1', { email: 'a@x.com' }),
      input('t2', { email: 'b@x.com' }),
      input('t3', { nope: '1' }),
    ]
    const { status, body, results } = local.call(`POST ${batch}/create`, { inputs })
    expect(status).toBe(207)
    expect(results).toMatchObject([{ objectWriteTraceId: 't1' }])
    expect(body['numErrors']).toBe(2)
    expect(objectsIn(body['errors'])).toEqual([
      {
        status: 'error',
        category: 'CONFLICT',
        message: `Contact already exists. Existing ID: ${id}`,
        context: { objectWriteTraceId: ['t2'] },
      },
      {
        status: 'error',
        category: 'VALIDATION_ERROR',
        message: expect.stringContaining('PROPERTY_DOESNT_EXIST'),
        context: { objectWriteTraceId: ['t3'] },
      },
    ])
  })

  it('adds links and errors to the errors of a batch only where the schema is taken at its word', () => {
    const local = openLocal({ behaviour: { fullBatchErrors: true } })
    const { body } = local.call(`POST ${batch}/create`, { inputs: [input('t', { nope: '1' })] })
    expect(objectsIn(body['errors'])).toMatchObject([
      { links: {}, errors: [{ code: 'PROPERTY_DOESNT_EXIST' }] },
    ])
  })

  it('takes trace ids for nothing unless each input has its own', () => {
    const local = openLocal()
    const twice = [input('t', { email: 'a@x.com' }), input('t', { nope: '1' })]
    expect(local.call(`POST ${batch}/create`, { inputs: twice }).status).toBe(400)
    const some = [input('t', { email: 'a@x.com' }), input(null, { nope: '1' })]
    expect(local.call(`POST ${batch}/create`, { inputs: some }).status).toBe(400)
    expect(local.call('GET /crm/v3/objects/contacts').results).toEqual([])
  })

  it('gives one of two inputs with the same email a conflict', () => {
    const local = openLocal()
    const inputs = [input('t1', { email: 'a@x.com' }), input('t2', { email: 'A@x.com ' })]
    const { status, body, results } = local.call(`POST ${batch}/create`, { inputs })
    expect(status).toBe(207)
    expect(results).toHaveLength(1)
    expect(objectsIn(body['errors'])).toMatchObject([
      {
        category: 'CONFLICT',
        message: `Contact already exists. Existing ID: ${idsIn(results)[0]}`,
      },
    ])
  })

  it('takes 1 to 100 inputs', () => {
    const local = openLocal()
    const inputs = (count: number) => Array.from({ length: count }, () => input(null, {}))
    expect(local.call(`POST ${batch}/create`, { inputs: inputs(100) }).status).toBe(201)
    expect(local.call(`POST ${batch}/create`, { inputs: inputs(101) }).status).toBe(400)
    expect(local.call(`POST ${batch}/create`, { inputs: [] }).status).toBe(400)
    expect(local.call(`POST ${batch}/create`, {}).status).toBe(400)
  })
})

describe('batch update', () => {
  it('updates by record id, and by a unique property', () => {
    const local = openLocal(keyed)
    const id = local.create('contacts', { email: 'a@x.com', key: 'k' })
    const byId = { inputs: [input('t', { city: 'Rome' }, { id })] }
    expect(local.call(`POST ${batch}/update`, byId)).toMatchObject({
      status: 200,
      results: [{ id, objectWriteTraceId: 't', properties: { city: 'Rome' } }],
    })
    const byKey = { inputs: [input('t', { city: 'Oslo' }, { id: 'k', idProperty: 'key' })] }
    expect(local.call(`POST ${batch}/update`, byKey)).toMatchObject({
      status: 200,
      results: [{ id }],
    })
    expect(local.read('contacts', id, 'city')['city']).toBe('Oslo')
  })

  it.each(['email', 'hs_object_id', 'firstname'])('refuses %s as idProperty', (idProperty) => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const inputs = [input('t', { city: 'Rome' }, { id, idProperty })]
    const { status, body } = local.call(`POST ${batch}/update`, { inputs })
    expect(status).toBe(400)
    expect(body['message']).toBe(
      `Unable to perform update/upsert by non-unique 0-1 property ${idProperty} in portal ID 62515`,
    )
  })

  it('succeeds and changes nothing when the id is an email and idProperty is absent', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com', city: 'Rome' })
    const inputs = [input('t', { city: 'Oslo' }, { id: 'a@x.com' })]
    const { status, body, results } = local.call(`POST ${batch}/update`, { inputs })
    expect([status, results, 'errors' in body]).toEqual([200, [], false])
    expect(local.read('contacts', id, 'city')['city']).toBe('Rome')
  })

  it('leaves a merged-away id out of a plain 200', () => {
    const local = openLocal()
    const primary = local.create('contacts', { email: 'a@x.com' })
    const other = local.create('contacts', { email: 'b@x.com' })
    const merge = { primaryObjectId: primary, objectIdToMerge: other }
    local.call('POST /crm/v3/objects/contacts/merge', merge)
    const inputs = [
      input('t1', { city: 'Rome' }, { id: primary }),
      input('t2', { city: 'Oslo' }, { id: other }),
    ]
    const { status, body, results } = local.call(`POST ${batch}/update`, { inputs })
    expect([status, idsIn(results), 'errors' in body]).toEqual([200, [primary], false])
    expect(local.read('contacts', primary, 'city')['city']).toBe('Rome')
  })

  it('names missing and archived ids in a 207, next to their trace ids', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const archived = local.create('contacts', { email: 'b@x.com' })
    local.call(`DELETE /crm/v3/objects/contacts/${archived}`)
    const inputs = [
      input('t1', { city: 'Rome' }, { id }),
      input('t2', { city: 'Rome' }, { id: '999' }),
      input('t3', { city: 'Rome' }, { id: archived }),
    ]
    const { status, body, results } = local.call(`POST ${batch}/update`, { inputs })
    expect([status, idsIn(results)]).toEqual([207, [id]])
    expect(objectsIn(body['errors'])).toEqual([
      {
        status: 'error',
        category: 'OBJECT_NOT_FOUND',
        message:
          'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
        context: { ids: ['999', archived], objectWriteTraceId: ['t2', 't3'] },
      },
    ])
  })

  it('refuses the same id twice', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const inputs = [input('t1', { city: 'Rome' }, { id }), input('t2', { city: 'Oslo' }, { id })]
    const { status, body } = local.call(`POST ${batch}/update`, { inputs })
    expect([status, body['message']]).toEqual([400, 'Duplicate IDs found in batch input'])
  })

  it('refuses a wrong value in a 207 for its input, or for all without trace ids', () => {
    const local = openLocal()
    const one = local.create('contacts', { email: 'a@x.com' })
    const two = local.create('contacts', { email: 'b@x.com' })
    const inputs = (trace: boolean) => [
      input(trace ? 't1' : null, { city: 'Rome' }, { id: one }),
      input(trace ? 't2' : null, { hs_lead_status: 'NOPE' }, { id: two }),
    ]
    expect(local.call(`POST ${batch}/update`, { inputs: inputs(false) }).status).toBe(400)
    expect(local.read('contacts', one, 'city')['city']).toBe(null)
    const { status, body } = local.call(`POST ${batch}/update`, { inputs: inputs(true) })
    expect(status).toBe(207)
    expect(objectsIn(body['errors'])).toMatchObject([
      { category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['t2'] } },
    ])
    expect(local.read('contacts', one, 'city')['city']).toBe('Rome')
  })
})

describe('batch upsert', () => {
  it('creates and updates by a unique property and says which', () => {
    const local = openLocal(keyed)
    const id = local.create('contacts', { key: 'k1' })
    const inputs = [
      input('t1', { city: 'Rome' }, { id: 'k1', idProperty: 'key' }),
      input('t2', { city: 'Oslo' }, { id: 'k2', idProperty: 'key' }),
    ]
    const { status, results } = local.call(`POST ${batch}/upsert`, { inputs })
    expect([status, results.length]).toEqual([200, 2])
    expect(results).toContainEqual(
      expect.objectContaining({ id, new: false, objectWriteTraceId: 't1' }),
    )
    const created = results.find((one) => one['new'] === true)
    expect(local.read('contacts', textOf(created?.['id']), 'key', 'city')).toMatchObject({
      key: 'k2',
      city: 'Oslo',
    })
  })

  it('works by email for contacts, through secondary addresses, too', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const properties = { hs_additional_emails: 'b@x.com' }
    local.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
    const inputs = [
      input('t1', { city: 'Rome' }, { id: ' B@X.com', idProperty: 'email' }),
      input('t2', { city: 'Oslo' }, { id: 'C@x.com', idProperty: 'email' }),
    ]
    const { results } = local.call(`POST ${batch}/upsert`, { inputs })
    expect(results).toContainEqual(expect.objectContaining({ id, new: false }))
    expect(results).toContainEqual(
      expect.objectContaining({
        new: true,
        properties: expect.objectContaining({ email: 'c@x.com' }),
      }),
    )
  })

  it('fails by email for single inputs, or as a whole where that is chosen', () => {
    const local = openLocal()
    const inputs = [
      input('t1', { city: 'Rome' }, { id: 'a@x.com', idProperty: 'email' }),
      input('t2', { nope: '1' }, { id: 'b@x.com', idProperty: 'email' }),
    ]
    local.hubspot.configure({ behaviour: { emailUpserts: 'atomic' } })
    expect(local.call(`POST ${batch}/upsert`, { inputs }).status).toBe(400)
    expect(local.call('GET /crm/v3/objects/contacts').results).toEqual([])
    local.hubspot.configure({ behaviour: { emailUpserts: 'partial' } })
    expect(local.call(`POST ${batch}/upsert`, { inputs }).status).toBe(207)
    expect(local.call('GET /crm/v3/objects/contacts').results).toHaveLength(1)
  })

  it('needs an idProperty that is unique: not the id, not the domain', () => {
    const local = openLocal()
    const upsert = (object: string, idProperty: string | null) =>
      local.call(`POST /crm/v3/objects/${object}/batch/upsert`, {
        inputs: [input('t', {}, { id: 'x', ...(idProperty === null ? {} : { idProperty }) })],
      })
    expect(upsert('contacts', null).status).toBe(400)
    expect(upsert('contacts', 'hs_object_id').status).toBe(400)
    expect(upsert('companies', 'domain').body['message']).toBe(
      'Unable to perform update/upsert by non-unique 0-2 property domain in portal ID 62515',
    )
  })

  it('refuses the same value twice', () => {
    const local = openLocal()
    const inputs = ['a@x.com', 'A@x.com'].map((id, at) =>
      input(`t${at}`, {}, { id, idProperty: 'email' }),
    )
    expect(local.call(`POST ${batch}/upsert`, { inputs }).status).toBe(400)
  })

  it('associates nothing', () => {
    const local = openLocal()
    const company = local.create('companies', { name: 'A' })
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }]
    const associations = [{ to: { id: company }, types }]
    const inputs = [input('t', {}, { id: 'a@x.com', idProperty: 'email', associations })]
    local.call(`POST ${batch}/upsert`, { inputs })
    const { results } = local.call(`GET /crm/v4/objects/companies/${company}/associations/contacts`)
    expect(results).toEqual([])
  })
})

describe('batch archive', () => {
  it('answers 204 without a body and passes over missing ids', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    const { status, body } = local.call(`POST ${batch}/archive`, {
      inputs: [{ id }, { id: '999' }],
    })
    expect([status, body]).toEqual([204, {}])
    expect(local.call('GET /crm/v3/objects/contacts').results).toEqual([])
  })
})
