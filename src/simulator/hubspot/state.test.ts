import { describe, expect, it } from 'vitest'
import { SynclineError } from '../../model/error.ts'
import { createHubSpot } from './hubspot.ts'
import { openLocal, startOfTest, textOf } from './open-local.ts'

/** A portal in which a bit of everything happened. */
function eventful() {
  const local = openLocal({ portalId: 99, timeZone: 'Asia/Tokyo', searchLagMs: 1000 })
  local.call('POST /crm/v3/schemas', {
    name: 'cars',
    labels: { singular: 'Car', plural: 'Cars' },
    requiredProperties: [],
    properties: [
      { name: 'vin', label: 'VIN', type: 'string', fieldType: 'text', hasUniqueValue: true },
    ],
    associatedObjects: ['contacts'],
  })
  local.create('cars', { vin: 'v1' })
  local.call('POST /crm/v3/properties/contacts/groups', { name: 'g', label: 'G' })
  local.call('POST /crm/v3/properties/contacts', {
    name: 'score',
    label: 'Score',
    groupName: 'g',
    type: 'number',
    fieldType: 'number',
  })
  const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((name) =>
    local.create('contacts', { email: `${name}@x.com`, score: '1' }),
  )
  const company = local.create('companies', { name: 'A' })
  local.call(`PUT /crm/v4/objects/contacts/${a}/associations/companies/${company}`, [
    { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 },
  ])
  local.call('POST /crm/v3/objects/contacts/merge', { primaryObjectId: a, objectIdToMerge: b })
  local.call(`DELETE /crm/v3/objects/contacts/${c}`)
  local.call('POST /crm/v3/objects/contacts/gdpr-delete', {
    objectId: 'z@x.com',
    idProperty: 'email',
  })
  local.call('POST /crm/v4/associations/contacts/companies/labels', { label: 'L', name: 'l' })
  local.hubspot.seed({ owners: [{ id: '1', email: 'o@x.com' }] })
  return { local, a, b, company }
}

describe('state', () => {
  it('comes back as it was dumped', () => {
    const { local } = eventful()
    const { state } = local.hubspot.dump()
    const again = createHubSpot({ portalId: 99, timeZone: 'Asia/Tokyo', now: local.now, state })
    expect(again.dump().state).toEqual(state)
    const through = JSON.parse(JSON.stringify(state))
    expect(createHubSpot({ now: local.now, state: through }).dump().state).toEqual(state)
  })

  it('works after coming back: merges lead on, unique values hold, new ids are new', () => {
    const { local, a, b } = eventful()
    const again = openLocal({ state: local.hubspot.dump().state })
    expect(again.call(`GET /crm/v3/objects/contacts/${b}`).body['id']).toBe(a)
    const taken = again.call('POST /crm/v3/objects/contacts', { properties: { email: 'b@x.com' } })
    expect(taken.status).toBe(409)
    const known = new Set(local.hubspot.log().map(({ id }) => id))
    expect(known.has(again.create('contacts', { email: 'new@x.com' }))).toBe(false)
  })

  it('keeps records in the order of their ids however they were seeded', () => {
    const records = ['30', '10', '20'].map((id) => ({ id, properties: {} }))
    const local = openLocal({ state: { records: { contacts: records } } })
    const ids = local.call('GET /crm/v3/objects/contacts').results.map(({ id }) => id)
    expect(ids).toEqual(['10', '20', '30'])
    expect(Number(local.create('contacts', {}))).toBeGreaterThan(30)
  })

  it('refuses what does not fit together by name', () => {
    const hubspot = createHubSpot()
    const code = (state: Parameters<typeof hubspot.seed>[0]) => {
      try {
        hubspot.seed(state)
        return null
      } catch (error) {
        return error instanceof SynclineError ? [error.code, error.message] : null
      }
    }
    expect(code({ records: { rockets: [] } })).toEqual([
      'simulator.seed',
      'there is no object rockets',
    ])
    expect(code({ records: { contacts: [{ id: '1', properties: { nope: '1' } }] } })).toEqual([
      'simulator.seed',
      'record 1 has nope, which contacts lacks',
    ])
    expect(code({ records: { contacts: [{ id: 'x', properties: {} }] } })?.[0]).toBe(
      'simulator.seed',
    )
  })

  it('is empty again after a reset, settings kept', () => {
    const { local } = eventful()
    local.hubspot.planFault({ kind: 'migrating' })
    local.hubspot.reset()
    const { state, log, faults, calls } = local.hubspot.dump()
    expect([state.records, log, faults, calls]).toEqual([{}, [], [], {}])
    expect(local.hubspot.settings().searchLagMs).toBe(1000)
    expect(local.call('GET /crm/v3/objects/contacts').status).toBe(200)
  })
})

describe('the write log', () => {
  it('holds every write: who, when, which request, old and new values', () => {
    const local = openLocal()
    const { headers, body } = local.call('POST /crm/v3/objects/contacts', {
      properties: { email: 'a@x.com', city: 'Rome' },
    })
    const id = textOf(body['id'])
    local.advance(1000)
    const properties = { city: '', phone: '1' }
    local.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
    local.call(`DELETE /crm/v3/objects/contacts/${id}`)
    expect(local.hubspot.log()).toEqual([
      {
        seq: 1,
        at: startOfTest,
        object: '0-1',
        id,
        kind: 'create',
        source: 'api',
        requestId: headers['x-hubspot-correlation-id'],
        changes: {
          email: [null, 'a@x.com'],
          city: [null, 'Rome'],
          hs_email_domain: [null, 'x.com'],
        },
      },
      {
        seq: 2,
        at: startOfTest + 1000,
        object: '0-1',
        id,
        kind: 'update',
        source: 'person',
        requestId: null,
        changes: { phone: [null, '1'], city: ['Rome', null] },
      },
      expect.objectContaining({ seq: 3, kind: 'archive', source: 'api', changes: {} }),
    ])
  })

  it('says nothing of writes that changed nothing', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    local.call(`PATCH /crm/v3/objects/contacts/${id}`, { properties: { email: 'A@x.com' } })
    expect(local.hubspot.log()).toHaveLength(1)
  })

  it('can be left out', () => {
    const local = openLocal({ keepLog: false })
    local.create('contacts', { email: 'a@x.com' })
    expect(local.hubspot.log()).toEqual([])
  })
})

describe('people', () => {
  it('create, change, archive, restore, merge and erase', () => {
    const local = openLocal()
    const edit = local.hubspot.edit.bind(local.hubspot)
    const object = 'contacts'
    const id = edit({ kind: 'create', object, properties: { email: 'a@x.com' } })
    edit({ kind: 'update', object, id, properties: { city: 'Rome' } })
    edit({ kind: 'archive', object, id })
    edit({ kind: 'restore', object, id })
    const other = edit({ kind: 'create', object, properties: { email: 'b@x.com' } })
    expect(edit({ kind: 'merge', object, primary: id, other })).toBe(id)
    edit({ kind: 'erase', object, id })
    const kinds = local.hubspot.log().map(({ kind, source }) => `${source} ${kind}`)
    expect(kinds).toEqual(
      ['create', 'update', 'archive', 'restore', 'create', 'merge', 'merge', 'purge'].map(
        (kind) => `person ${kind}`,
      ),
    )
  })

  it('are held to the same rules of uniqueness', () => {
    const local = openLocal()
    local.create('contacts', { email: 'a@x.com' })
    const properties = { email: 'a@x.com' }
    expect(() => local.hubspot.edit({ kind: 'create', object: 'contacts', properties })).toThrow(
      'Contact already exists',
    )
  })

  it('may move the lifecycle stage back', () => {
    const local = openLocal()
    const id = local.create('contacts', { lifecyclestage: 'customer' })
    const properties = { lifecyclestage: 'lead' }
    local.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
    expect(local.read('contacts', id, 'lifecyclestage')['lifecyclestage']).toBe('lead')
  })
})

describe('counters', () => {
  it('count requests by operation and object', () => {
    const local = openLocal()
    local.create('contacts', {})
    local.create('0-1', {})
    local.create('companies', { name: 'A' })
    local.call('GET /crm/v3/owners')
    expect(local.hubspot.calls()).toEqual({ 'create 0-1': 2, 'create 0-2': 1, owner_read: 1 })
  })
})

describe('chance', () => {
  it('gives the same ids, orders and answers for the same seed', () => {
    const bodies = (seed: number) => {
      const local = openLocal({ seed })
      const inputs = Array.from({ length: 20 }, (_, at) => ({
        properties: { email: `${at}@x.com` },
      }))
      return local.call('POST /crm/v3/objects/contacts/batch/create', { inputs })
    }
    expect(bodies(3)).toEqual(bodies(3))
    expect(bodies(3).results).not.toEqual(bodies(4).results)
  })
})
