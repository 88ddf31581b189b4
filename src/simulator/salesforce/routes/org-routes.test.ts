import { describe, expect, it } from 'vitest'
import { objectOf, objectsIn, openLocal, textOf } from '../open-local.ts'

const fields = {
  Account: [
    { name: 'Ext__c', type: 'string', externalId: true, unique: true, length: 20 },
    { name: 'Group__c', type: 'string', externalId: true },
    { name: 'Tier__c', type: 'picklist', values: ['Gold', 'Silver'], restrictedPicklist: true },
    { name: 'Sum__c', type: 'currency', calculated: true },
    { name: 'Fixed__c', type: 'string' },
    { name: 'Secret__c', type: 'string' },
  ],
} as const

function open() {
  return openLocal({
    state: {
      fields,
      customObjects: [
        {
          name: 'Ride__c',
          fields: [
            { name: 'Account__c', type: 'reference', referenceTo: ['Account'] },
            { name: 'Km__c', type: 'double', precision: 6, scale: 1, nillable: false },
          ],
        },
      ],
      records: {
        RecordType: [
          {
            values: {
              Name: 'Partner',
              DeveloperName: 'Partner',
              SobjectType: 'Account',
              IsActive: true,
            },
          },
        ],
      },
      permissions: {
        'admin@local.test': {
          objects: { Opportunity: [], Contact: ['read'] },
          fields: { 'Account.Fixed__c': 'read', 'Account.Secret__c': 'none' },
        },
      },
    },
  })
}

const described = (object: string) => objectOf(open().call(`GET /sobjects/${object}/describe`).body)
const fieldOf = (object: string, name: string) =>
  objectsIn(described(object)['fields']).find((field) => field['name'] === name)

describe('the versions', () => {
  it('are listed for everybody, Summer 26 being 67', () => {
    const { body, headers } = open().call('GET /services/data', undefined, { authorization: '' })
    expect(objectsIn(body)).toContainEqual({
      label: "Summer '26",
      url: '/services/data/v67.0',
      version: '67.0',
    })
    expect(objectsIn(body).at(-1)?.['label']).toBe("Summer '26")
    expect(objectsIn(body).map(({ label }) => label)).toContain("Winter '26")
    expect(headers).not.toHaveProperty('sforce-limit-info')
  })

  it('have resources, the identity of the caller among them', () => {
    expect(open().call('GET /services/data/v60.0').body).toMatchObject({
      sobjects: '/services/data/v60.0/sobjects',
      identity: expect.stringMatching(/^http:\/\/org\.test\/id\/00D\w{15}\/005\w{15}$/),
    })
  })
})

describe('the schema', () => {
  it('lists the objects that the user may read, with what they may do', () => {
    const body = objectOf(open().call('GET /sobjects').body)
    const objects = objectsIn(body['sobjects'])
    expect(body).toMatchObject({ encoding: 'UTF-8', maxBatchSize: 200 })
    expect(objects.map(({ name }) => name)).toEqual([
      'Account',
      'Contact',
      'User',
      'RecordType',
      'Ride__c',
    ])
    expect(objects).toMatchObject([
      { keyPrefix: '001', custom: false, createable: true, updateable: true, deletable: true },
      { keyPrefix: '003', createable: false, updateable: false, deletable: false, queryable: true },
      { deletable: false },
      { createable: false },
      { keyPrefix: 'a00', custom: true, label: 'Ride', labelPlural: 'Rides' },
    ])
  })

  it.each([
    ['Account', 'Name', { type: 'string', length: 255, nillable: false, nameField: true }],
    ['Account', 'Id', { type: 'id', soapType: 'tns:ID', length: 18, idLookup: true }],
    [
      'Account',
      'Ext__c',
      { externalId: true, unique: true, idLookup: true, length: 20, custom: true },
    ],
    ['Account', 'Group__c', { externalId: true, unique: false, idLookup: true }],
    ['Account', 'Sum__c', { calculated: true, createable: false, updateable: false }],
    ['Account', 'Fixed__c', { createable: false, updateable: false }],
    ['Account', 'BillingAddress', { type: 'address', soapType: 'urn:address', createable: false }],
    [
      'Account',
      'BillingCity',
      { compoundFieldName: 'BillingAddress', length: 40, createable: true },
    ],
    [
      'Account',
      'SystemModstamp',
      { type: 'datetime', soapType: 'xsd:dateTime', updateable: false },
    ],
    ['Account', 'AnnualRevenue', { type: 'currency', precision: 18, scale: 0, length: 0 }],
    [
      'Account',
      'ParentId',
      { type: 'reference', referenceTo: ['Account'], relationshipName: 'Parent' },
    ],
    ['Contact', 'Email', { type: 'email', idLookup: true, externalId: false }],
    ['Contact', 'Name', { createable: false, updateable: false, compoundFieldName: null }],
    ['Contact', 'LastName', { compoundFieldName: 'Name', nillable: false, length: 80 }],
    ['Ride__c', 'Account__c', { relationshipName: 'Account__r', referenceTo: ['Account'] }],
    ['Ride__c', 'Km__c', { type: 'double', precision: 6, scale: 1, nillable: false }],
  ])('says of %s.%s what it is: %j', (object, name, wanted) => {
    expect(fieldOf(object, name)).toMatchObject(wanted)
  })

  it('gives the values of picklists and whether others are refused', () => {
    expect(fieldOf('Account', 'Tier__c')).toMatchObject({
      restrictedPicklist: true,
      picklistValues: [
        { active: true, defaultValue: false, label: 'Gold', validFor: null, value: 'Gold' },
        { value: 'Silver' },
      ],
    })
    expect(fieldOf('Account', 'Industry')).toMatchObject({ restrictedPicklist: false })
  })

  it('leaves out the fields that the user may not see', () => {
    expect(fieldOf('Account', 'Secret__c')).toBeUndefined()
  })

  it('lists record types with the master one, and the children', () => {
    const { recordTypeInfos, childRelationships } = described('Account')
    expect(recordTypeInfos).toMatchObject([
      { name: 'Partner', developerName: 'Partner', master: false },
      { name: 'Master', recordTypeId: '012000000000000AAA', master: true },
    ])
    expect(childRelationships).toContainEqual(
      expect.objectContaining({ childSObject: 'Ride__c', field: 'Account__c' }),
    )
  })

  it('answers 304 to who has it already, which a change of permissions does not undo', () => {
    const local = open()
    const ask = () =>
      local.call('GET /sobjects/Account/describe', undefined, {
        'if-modified-since': new Date(local.now()).toUTCString(),
      })
    expect(ask()).toMatchObject({ status: 304, body: null })
    local.advance(10_000)
    local.salesforce.seed({ permissions: { 'admin@local.test': {} } })
    const since = { 'if-modified-since': new Date(local.now() - 5000).toUTCString() }
    expect(local.call('GET /sobjects/Account/describe', undefined, since).status).toBe(304)
    local.salesforce.seed({ fields: { Account: [{ name: 'New__c', type: 'string' }] } })
    expect(local.call('GET /sobjects/Account/describe', undefined, since).status).toBe(200)
  })

  it('of what the user may not read answers 404', () => {
    expect(open().call('GET /sobjects/Opportunity/describe').status).toBe(404)
  })
})

describe('the limits', () => {
  it('count every request in a header and in the limits, which count themselves', () => {
    const local = openLocal({ limits: { dailyRequests: 15_000 } })
    expect(local.call('GET /sobjects').headers['sforce-limit-info']).toBe('api-usage=1/15000')
    expect(local.call('GET /limits')).toMatchObject({
      headers: { 'sforce-limit-info': 'api-usage=2/15000' },
      body: { DailyApiRequests: { Max: 15_000, Remaining: 14_998 } },
    })
    expect(local.call('GET /sobjects/Nope/describe').headers['sforce-limit-info']).toBe(
      'api-usage=3/15000',
    )
  })

  it('refuse with 403 when the day is used up, until the window moves on', () => {
    const local = openLocal({ limits: { dailyRequests: 2 }, state: { requestsUsed: 1 } })
    expect(local.call('GET /limits').status).toBe(200)
    local.advance(3_600_000)
    expect(local.call('GET /limits')).toMatchObject({
      status: 403,
      body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    })
    local.advance(23 * 3_600_000)
    expect(local.call('GET /limits').status).toBe(200)
  })

  it('let nobody in while too many requests are at it for twenty seconds and more', () => {
    const local = openLocal({
      limits: { longRequests: 2 },
      faults: { latencyMs: [30_000, 30_000] },
    })
    const ask = () => local.call('GET /sobjects')
    local.salesforce.planFault({ kind: 'latency', times: 2 })
    for (const status of [200, 200]) expect(ask().status).toBe(status)
    local.advance(19_999)
    expect(ask().status).toBe(200)
    local.advance(1)
    expect(ask()).toMatchObject({
      status: 403,
      body: [
        {
          message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
          errorCode: 'REQUEST_LIMIT_EXCEEDED',
        },
      ],
    })
    local.advance(10_000)
    expect(ask().headers['sforce-limit-info']).toMatch(/^api-usage=4\//)
  })

  it('name what else is limited', () => {
    const { body } = openLocal().call('GET /limits')
    for (const name of [
      'DailyBulkApiBatches',
      'DailyBulkV2QueryJobs',
      'DailyDeliveredPlatformEvents',
    ]) {
      expect(Number(textOf(objectOf(objectOf(body)[name])['Max']))).toBeGreaterThan(0)
    }
  })
})
