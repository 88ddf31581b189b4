import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenLocal, objectOf, openLocal, textOf } from '../open-local.ts'

let local: OpenLocal

beforeEach(() => {
  local = openLocal({
    state: {
      fields: {
        Account: [
          { name: 'Ext__c', type: 'string', externalId: true, unique: true },
          { name: 'Group__c', type: 'string', externalId: true },
          { name: 'Plain__c', type: 'string' },
        ],
      },
    },
  })
})

describe('a body', () => {
  it('of another type than JSON answers 415', () => {
    const headers = { 'content-type': 'text/plain;charset=UTF-8' }
    expect(local.call('POST /sobjects/Account', { Name: 'A' }, headers)).toMatchObject({
      status: 415,
      body: [
        { errorCode: 'UNSUPPORTED_MEDIA_TYPE', message: expect.stringContaining('text/plain') },
      ],
    })
    const json = { 'content-type': 'application/json; charset=utf-8' }
    expect(local.call('POST /sobjects/Account', { Name: 'A' }, json).status).toBe(201)
  })
})

describe('one record', () => {
  it('is created with 201 and its id', () => {
    const { status, body } = local.call('POST /sobjects/Account', { Name: 'A' })
    expect([status, body]).toEqual([
      201,
      { id: expect.stringMatching(/^001\w{15}$/), success: true, errors: [] },
    ])
  })

  it('is changed and deleted with 204 and no body', () => {
    const id = local.create('Account', { Name: 'A' })
    const none = { status: 204, body: null }
    expect(local.call(`PATCH /sobjects/Account/${id}`, { Name: 'B' })).toMatchObject(none)
    expect(local.read('Account', id, 'Name')).toEqual({ Name: 'B' })
    expect(local.call(`DELETE /sobjects/Account/${id}`)).toMatchObject(none)
  })

  it('is found by 15 characters and shown with 18', () => {
    const id = local.create('Account', { Name: 'A' })
    expect(local.read('Account', id.slice(0, 15), 'Id')).toEqual({ Id: id })
  })

  it('is changed and deleted only as long as it is what the client saw, where that is asked', () => {
    const id = local.create('Account', { Name: 'A' })
    const path = `/sobjects/Account/${id}`
    const seen = local.call(`GET ${path}`).headers['last-modified'] ?? ''
    const ifUnmodified = { 'if-unmodified-since': seen }
    expect(local.call(`PATCH ${path}`, { Name: 'B' }, ifUnmodified).status).toBe(204)
    local.advance(1000)
    expect(local.call(`PATCH ${path}`, { Name: 'C' }, ifUnmodified).status).toBe(204)
    for (const method of ['PATCH', 'DELETE']) {
      expect(local.call(`${method} ${path}`, { Name: 'D' }, ifUnmodified)).toMatchObject({
        status: 412,
        body: null,
      })
    }
    expect(local.call(`GET ${path}`, undefined, ifUnmodified).status).toBe(412)
    expect(local.read('Account', id, 'Name')).toEqual({ Name: 'C' })
  })

  it('answers 304 to who has it already', () => {
    const id = local.create('Account', { Name: 'A' })
    const since = { 'if-modified-since': new Date(local.now()).toUTCString() }
    expect(local.call(`GET /sobjects/Account/${id}`, undefined, since)).toMatchObject({
      status: 304,
      body: null,
    })
    local.advance(1000)
    local.call(`PATCH /sobjects/Account/${id}`, { Name: 'B' })
    expect(local.call(`GET /sobjects/Account/${id}`, undefined, since).status).toBe(200)
  })

  it('that is gone answers 404, deleted or never there', () => {
    const id = local.create('Account', { Name: 'A' })
    local.call(`DELETE /sobjects/Account/${id}`)
    for (const method of ['GET', 'DELETE']) {
      expect(local.call(`${method} /sobjects/Account/${id}`)).toMatchObject({
        status: 404,
        body: [{ errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted' }],
      })
    }
    expect(local.call('GET /sobjects/Account/001000000000zzz')).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
    })
    expect(local.call('GET /sobjects/Account/nonsense')).toMatchObject({
      status: 400,
      body: [{ errorCode: 'MALFORMED_ID' }],
    })
  })

  it.each([
    ['no body', null],
    ['a broken body', '{"Name":'],
    ['a list', '[]'],
  ])('with %s is refused as unreadable', (_what, body) => {
    const { response } = local.salesforce.handle({
      method: 'POST',
      url: '/services/data/v67.0/sobjects/Account',
      headers: { authorization: 'Bearer 00DL!local' },
      body,
    })
    expect(response.status).toBe(400)
    expect(response.body).toContain('"errorCode":"JSON_PARSER_ERROR"')
    expect(response.headers['content-type']).toContain('application/json')
  })
})

describe('an upsert', () => {
  const upsert = (key: string, values = {}, headers = {}) =>
    local.call(`PATCH /sobjects/Account/${key}`, { Name: 'A', ...values }, headers)

  it('creates with 201 and changes with 200, saying which', () => {
    const { status, body } = upsert('Ext__c/K%2F1')
    expect([status, body]).toEqual([
      201,
      { id: expect.any(String), success: true, errors: [], created: true },
    ])
    const id = textOf(objectOf(body)['id'])
    expect(local.read('Account', id, 'Ext__c')).toEqual({ Ext__c: 'K/1' })
    expect(upsert('Ext__c/k%2F1', { Name: 'B' })).toMatchObject({
      status: 200,
      body: { id, success: true, errors: [], created: false },
    })
    expect(local.read('Account', id, 'Name')).toEqual({ Name: 'B' })
  })

  it('by a key that several records have answers 300 with their addresses and writes nothing', () => {
    const ids = ['A', 'B'].map((Name) => local.create('Account', { Name, Group__c: 'g' }))
    const writes = local.salesforce.log().length
    expect(upsert('Group__c/g', { Phone: '1' })).toMatchObject({
      status: 300,
      body: ids.map((id) => `/services/data/v67.0/sobjects/Account/${id}`),
    })
    expect(local.salesforce.log()).toHaveLength(writes)
    expect(local.call('GET /sobjects/Account/Group__c/g').status).toBe(300)
    expect(local.call('DELETE /sobjects/Account/Group__c/g').status).toBe(300)
  })

  it('may not name its key in the body', () => {
    expect(upsert('Ext__c/K', { Ext__c: 'K' })).toMatchObject({
      status: 400,
      body: [
        {
          errorCode: 'INVALID_FIELD',
          message: 'The Ext__c field should not be specified in the sobject data.',
        },
      ],
    })
  })

  it('by a field that is no key answers 404', () => {
    expect(upsert('Plain__c/x')).toMatchObject({
      status: 404,
      body: [
        {
          errorCode: 'NOT_FOUND',
          message: 'Provided external ID field does not exist or is not accessible: Plain__c',
        },
      ],
    })
  })

  it('that may only update answers 404 for what is not there', () => {
    expect(upsert('Ext__c/K?updateOnly=true').status).toBe(404)
    expect(upsert('Ext__c/K', {}, { updateonly: 'true' }).status).toBe(404)
    expect(upsert('Ext__c/K').status).toBe(201)
    expect(upsert('Ext__c/K?updateOnly=true').status).toBe(200)
  })

  it('without a key creates', () => {
    expect(local.call('POST /sobjects/Account/Id', { Name: 'A' })).toMatchObject({
      status: 201,
      body: { created: true },
    })
  })

  it('has a read and a delete by the same key', () => {
    const id = local.create('Account', { Name: 'A', Ext__c: 'K' })
    expect(local.call('GET /sobjects/Account/Ext__c/K?fields=Id').body).toMatchObject({ Id: id })
    expect(local.call('DELETE /sobjects/Account/Ext__c/K').status).toBe(204)
    expect(local.call('GET /sobjects/Account/Ext__c/K').status).toBe(404)
  })
})

describe('an address', () => {
  it('that does not exist answers 404 as a list', () => {
    expect(local.call('GET /nothing/here')).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND' }],
    })
    expect(local.call('GET /services/data/v30.0/sobjects').status).toBe(404)
    expect(local.call('GET /sobjects/Nope/describe').status).toBe(404)
  })

  it('with a method that it does not take answers 405 with those it takes', () => {
    expect(local.call('PUT /composite/sobjects', {})).toMatchObject({
      status: 405,
      headers: { allow: 'POST, PATCH, DELETE' },
      body: [{ errorCode: 'METHOD_NOT_ALLOWED' }],
    })
  })
})
