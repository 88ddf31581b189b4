import { beforeEach, describe, expect, it } from 'vitest'
import { ExactNumber, type Json } from '../wire/json.ts'
import { type OpenLocal, objectsIn, openLocal } from '../open-local.ts'

const fields = {
  Account: [
    { name: 'Ext__c', type: 'string', externalId: true, unique: true, length: 20 },
    { name: 'Group__c', type: 'string', externalId: true },
    { name: 'Small__c', type: 'double', precision: 5, scale: 2 },
    { name: 'Exact__c', type: 'double', precision: 18, scale: 2 },
    { name: 'Whole__c', type: 'int' },
    { name: 'Mark__c', type: 'boolean' },
    { name: 'Day__c', type: 'date' },
    { name: 'Seen__c', type: 'datetime' },
    { name: 'Clock__c', type: 'time' },
    { name: 'Mail__c', type: 'email' },
    { name: 'Tier__c', type: 'picklist', values: ['Gold', 'Silver'], restrictedPicklist: true },
    { name: 'Tags__c', type: 'multipicklist', values: ['a', 'b'], restrictedPicklist: true },
    { name: 'Sum__c', type: 'currency', calculated: true },
    { name: 'Fixed__c', type: 'string' },
    { name: 'Secret__c', type: 'string' },
    { name: 'Spot__c', type: 'location' },
    { name: 'Spot__Latitude__s', type: 'double', scale: 15, compoundFieldName: 'Spot__c' },
    { name: 'Spot__Longitude__s', type: 'double', scale: 15, compoundFieldName: 'Spot__c' },
  ],
} as const
const permissions = {
  'admin@local.test': {
    fields: { 'Account.Fixed__c': 'read', 'Account.Secret__c': 'none' },
  },
} as const

let local: OpenLocal
beforeEach(() => {
  local = openLocal({ state: { fields, permissions } })
})

const account = (values: Readonly<Record<string, Json>>) =>
  local.call('POST /sobjects/Account', { Name: 'A', ...values })

function refusal(values: Readonly<Record<string, Json>>, object = 'Account') {
  const { status, body } = local.call(`POST /sobjects/${object}`, values)
  return { status, ...objectsIn(body)[0] }
}

describe('a value', () => {
  it.each<[string, Json, Json]>([
    ['Ext__c', ' padded ', 'padded'],
    ['Ext__c', '', null],
    ['Ext__c', 5, '5'],
    ['Exact__c', new ExactNumber('1234567890123456.78'), new ExactNumber('1.23456789012345678E15')],
    ['Exact__c', 0.1, 0.1],
    ['Whole__c', 2_147_483_647, 2_147_483_647],
    ['Mark__c', true, true],
    ['Mark__c', null, false],
    ['Day__c', '2024-02-29', '2024-02-29'],
    ['Seen__c', '2024-01-01T01:30:00.987+01:00', '2024-01-01T00:30:00.000+0000'],
    ['Seen__c', '2024-01-01T00:00:00.000+0000', '2024-01-01T00:00:00.000+0000'],
    ['Clock__c', '08:30:00', '08:30:00.000Z'],
    ['Tier__c', 'gold', 'Gold'],
    ['Tags__c', 'b;a', 'b;a'],
    ['Mail__c', 'a@x.com', 'a@x.com'],
  ])('of %s given as %j reads as %j', (name, given, wanted) => {
    const id = local.create('Account', { Name: 'A', [name]: given })
    expect(local.read('Account', id, name)).toEqual({ [name]: wanted })
  })

  it.each([
    ['Exact__c', 42, '42.0'],
    ['Exact__c', 12_345_678, '1.2345678E7'],
    ['Exact__c', 0.0005, '5.0E-4'],
    ['Whole__c', 12_345_678, '12345678'],
  ])('of %s given as %j is written as %s', (name, given, wanted) => {
    const id = local.create('Account', { Name: 'A', [name]: given })
    const { text } = local.send(`GET /sobjects/Account/${id}?fields=${name}`, null)
    expect(text).toContain(`"${name}":${wanted}`)
  })

  it.each<[string, Json, string, string]>([
    ['Ext__c', 'x'.repeat(21), 'STRING_TOO_LONG', '(max length=20)'],
    ['Small__c', 1000, 'NUMBER_OUTSIDE_VALID_RANGE', 'outside of valid range'],
    ['Whole__c', 2_147_483_648, 'NUMBER_OUTSIDE_VALID_RANGE', 'outside of valid range'],
    ['Whole__c', 1.5, 'INVALID_TYPE_ON_FIELD_IN_RECORD', 'not of required type: 1.5'],
    ['Small__c', 'many', 'INVALID_TYPE_ON_FIELD_IN_RECORD', 'not of required type: many'],
    ['Mark__c', 'perhaps', 'INVALID_TYPE_ON_FIELD_IN_RECORD', 'not of required type: perhaps'],
    ['Day__c', '2023-02-29', 'INVALID_TYPE_ON_FIELD_IN_RECORD', '2023-02-29'],
    ['Seen__c', 'soon', 'INVALID_TYPE_ON_FIELD_IN_RECORD', 'soon'],
    ['Clock__c', '25:00', 'INVALID_TYPE_ON_FIELD_IN_RECORD', '25:00'],
    ['Mail__c', 'nobody', 'INVALID_EMAIL_ADDRESS', 'invalid email address: nobody'],
    ['Tier__c', 'Tin', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'restricted picklist field: Tin'],
    ['Tags__c', 'a;z', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'restricted picklist field: z'],
    ['ParentId', 'short', 'MALFORMED_ID', 'id value of incorrect type: short'],
    ['ParentId', '003000000000009AAA', 'FIELD_INTEGRITY_EXCEPTION', 'incorrect type'],
    ['ParentId', '001000000000999', 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id'],
    ['Nope__c', 'x', 'INVALID_FIELD', "No such column 'Nope__c' on sobject of type Account"],
    ['Secret__c', 'x', 'INVALID_FIELD', "No such column 'Secret__c' on sobject of type Account"],
    ['Sum__c', 5, 'INVALID_FIELD_FOR_INSERT_UPDATE', 'Unable to create/update fields: Sum__c'],
    [
      'Fixed__c',
      'x',
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'Unable to create/update fields: Fixed__c',
    ],
    ['BillingAddress', 'x', 'INVALID_FIELD_FOR_INSERT_UPDATE', 'BillingAddress'],
    ['SystemModstamp', '2024-01-01T00:00:00Z', 'INVALID_FIELD_FOR_INSERT_UPDATE', 'SystemModstamp'],
    ['Id', '001000000000999', 'INVALID_FIELD_FOR_INSERT_UPDATE', 'Id'],
  ])('of %s given as %j is refused as %s', (name, given, errorCode, message) => {
    expect(refusal({ Name: 'A', [name]: given })).toMatchObject({
      status: 400,
      errorCode,
      message: expect.stringContaining(message),
    })
  })

  it('of an unrestricted picklist may be new', () => {
    expect(account({ Industry: 'Gardening' }).status).toBe(201)
  })

  it('is found by its field whatever the case of the name', () => {
    const id = local.create('Account', { name: 'A', EXT__C: 'x' })
    expect(local.read('Account', id, 'Ext__c')).toEqual({ Ext__c: 'x' })
  })

  it('of a part shows in the compound field, which is null without any', () => {
    const spot = { Spot__Latitude__s: 48.2, Spot__Longitude__s: 16.37 }
    const id = local.create('Account', { Name: 'A', BillingCity: 'Rome', ...spot })
    expect(local.read('Account', id, 'BillingAddress', 'ShippingAddress', 'Spot__c')).toEqual({
      BillingAddress: {
        street: null,
        city: 'Rome',
        state: null,
        postalCode: null,
        country: null,
        latitude: null,
        longitude: null,
      },
      ShippingAddress: null,
      Spot__c: { latitude: 48.2, longitude: 16.37 },
    })
  })

  it('of a name is put together from its parts, and can not be written', () => {
    const id = local.create('Contact', { FirstName: 'Ann', LastName: 'Lee' })
    expect(local.read('Contact', id, 'Name')).toEqual({ Name: 'Ann Lee' })
    expect(refusal({ LastName: 'Lee', Name: 'Ann Lee' }, 'Contact')).toMatchObject({
      errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
      fields: ['Name'],
    })
  })
})

describe('a required field', () => {
  it('is named when it is missing, every one of them', () => {
    expect(refusal({ Amount: 5 }, 'Opportunity')).toMatchObject({
      status: 400,
      errorCode: 'REQUIRED_FIELD_MISSING',
      message: 'Required fields are missing: [Name, StageName, CloseDate]',
      fields: ['Name', 'StageName', 'CloseDate'],
    })
  })

  it('can not be cleared', () => {
    const id = local.create('Account', { Name: 'A' })
    expect(local.call(`PATCH /sobjects/Account/${id}`, { Name: null })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] }],
    })
  })
})

describe('a write', () => {
  it('clears with null and leaves alone what is absent', () => {
    const id = local.create('Account', { Name: 'A', Phone: '1', Website: 'x.com' })
    local.call(`PATCH /sobjects/Account/${id}`, { Phone: null })
    expect(local.read('Account', id, 'Phone', 'Website')).toEqual({ Phone: null, Website: 'x.com' })
  })

  it('moves LastModifiedDate and SystemModstamp, automation only the stamp', () => {
    const id = local.create('Account', { Name: 'A' })
    local.advance(5000)
    local.call(`PATCH /sobjects/Account/${id}`, { Name: 'B' })
    local.advance(5000)
    const values = { Sum__c: 7 }
    local.salesforce.edit({ kind: 'update', object: 'Account', id, values, by: 'system' })
    expect(local.read('Account', id, 'CreatedDate', 'LastModifiedDate', 'SystemModstamp')).toEqual({
      CreatedDate: '2026-03-10T12:00:00.000+0000',
      LastModifiedDate: '2026-03-10T12:00:05.000+0000',
      SystemModstamp: '2026-03-10T12:00:10.000+0000',
    })
  })

  it('finds the parent by its external id', () => {
    const parent = local.create('Account', { Name: 'P', Ext__c: 'P-1' })
    const id = local.create('Contact', { LastName: 'L', Account: { Ext__c: 'p-1' } })
    expect(local.read('Contact', id, 'AccountId')).toEqual({ AccountId: parent })
    expect(refusal({ LastName: 'L', Account: { Ext__c: 'P-2' } }, 'Contact')).toMatchObject({
      errorCode: 'INVALID_FIELD',
      message: 'Foreign key external ID: p-2 not found for field Ext__c in entity Account',
    })
    expect(refusal({ LastName: 'L', Account: { Phone: '1' } }, 'Contact')).toMatchObject({
      errorCode: 'INVALID_FIELD',
      message: expect.stringContaining('does not match an External ID'),
    })
    for (const Name of ['B', 'C']) local.create('Account', { Name, Group__c: 'same' })
    expect(refusal({ LastName: 'L', Account: { Group__c: 'same' } }, 'Contact')).toMatchObject({
      errorCode: 'DUPLICATE_EXTERNAL_ID',
    })
  })

  it('may not point at a deleted record', () => {
    const parent = local.create('Account', { Name: 'P' })
    local.call(`DELETE /sobjects/Account/${parent}`)
    expect(refusal({ LastName: 'L', AccountId: parent }, 'Contact')).toMatchObject({
      errorCode: 'ENTITY_IS_DELETED',
    })
  })

  it('may not point at what the user can not read', () => {
    const parent = local.create('Account', { Name: 'P' })
    const objects = { Account: [] }
    local.salesforce.seed({ permissions: { 'admin@local.test': { objects } } })
    expect(refusal({ LastName: 'L', AccountId: parent }, 'Contact')).toMatchObject({
      errorCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      fields: ['AccountId'],
    })
  })

  it('takes a record type of its own object only', () => {
    const recordType = (SobjectType: string) => ({
      values: { Name: SobjectType, DeveloperName: SobjectType, SobjectType, IsActive: true },
    })
    const RecordType = [recordType('Account'), recordType('Contact')]
    local.salesforce.seed({ records: { RecordType } })
    const found = local.query('SELECT Id FROM RecordType ORDER BY Name').map(({ Id }) => Id ?? null)
    const [own = null, other = null] = found
    expect(account({ RecordTypeId: own }).status).toBe(201)
    expect(refusal({ Name: 'A', RecordTypeId: other })).toMatchObject({
      errorCode: 'INVALID_CROSS_REFERENCE_KEY',
    })
  })

  it('may not repeat a unique value, with the record that has it, in whatever case', () => {
    const id = local.create('Account', { Name: 'A', Ext__c: 'K-1' })
    expect(refusal({ Name: 'B', Ext__c: 'k-1' })).toEqual({
      status: 400,
      errorCode: 'DUPLICATE_VALUE',
      message: `duplicate value found: Ext__c duplicates value on record with id: ${id}`,
      fields: ['Ext__c'],
    })
    expect(account({ Group__c: 'g' }).status).toBe(201)
    expect(account({ Group__c: 'g' }).status).toBe(201)
  })

  it('is refused by a validation rule in its words, and by a trigger', () => {
    local.salesforce.seed({
      validationRules: [
        {
          object: 'Account',
          refuseWhen: "Industry = 'Banking' AND AnnualRevenue = null",
          message: 'Banks have revenue.',
          fields: ['AnnualRevenue'],
        },
        {
          object: 'Account',
          refuseWhen: "Name LIKE 'bad%'",
          message: 'Trigger says no',
          code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        },
      ],
    })
    expect(refusal({ Name: 'A', Industry: 'Banking' })).toEqual({
      status: 400,
      errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Banks have revenue.',
      fields: ['AnnualRevenue'],
    })
    expect(refusal({ Name: 'badly' })).toMatchObject({
      errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    })
    expect(account({ Industry: 'Banking', AnnualRevenue: 1 }).status).toBe(201)
  })

  it('is refused by a duplicate rule, of which an alert gives way to a header', () => {
    const rule = (action: 'alert' | 'block') => ({
      duplicateRules: [{ object: 'Contact', fields: ['Email'], action }],
    })
    local.salesforce.seed(rule('alert'))
    const values = { LastName: 'L', Email: 'a@x.com' }
    local.create('Contact', values)
    expect(refusal({ ...values, Email: 'A@x.com' }, 'Contact')).toMatchObject({
      status: 400,
      errorCode: 'DUPLICATES_DETECTED',
    })
    const allowing = { 'sforce-duplicate-rule-header': 'allowSave=true' }
    expect(local.call('POST /sobjects/Contact', values, allowing).status).toBe(201)
    local.salesforce.seed(rule('block'))
    expect(local.call('POST /sobjects/Contact', values, allowing).status).toBe(400)
    expect(local.call('POST /sobjects/Contact', { LastName: 'L' }).status).toBe(201)
  })

  it('waits for nobody: a held record or parent refuses it', () => {
    const parent = local.create('Account', { Name: 'P' })
    local.salesforce.lock({ id: parent, times: 2 })
    const locked = {
      status: 400,
      errorCode: 'UNABLE_TO_LOCK_ROW',
      message: `unable to obtain exclusive access to this record or 1 records: ${parent}`,
    }
    const child = { LastName: 'L', AccountId: parent }
    expect(refusal(child, 'Contact')).toEqual(locked)
    expect(local.call(`PATCH /sobjects/Account/${parent}`, { Name: 'Q' }).status).toBe(400)
    expect(local.call('POST /sobjects/Contact', child).status).toBe(201)
    local.salesforce.lock({ id: parent })
    local.salesforce.unlock(parent)
    expect(local.call(`PATCH /sobjects/Account/${parent}`, { Name: 'Q' }).status).toBe(204)
  })

  it('keeps its parent from other requests for as long as the org is set to', () => {
    const parent = local.create('Account', { Name: 'P' })
    local.salesforce.configure({ lockHoldMs: 100 })
    const child = { LastName: 'L', AccountId: parent }
    expect(local.call('POST /sobjects/Contact', child).status).toBe(201)
    expect(refusal(child, 'Contact')).toMatchObject({ errorCode: 'UNABLE_TO_LOCK_ROW' })
    local.advance(100)
    expect(local.call('POST /sobjects/Contact', child).status).toBe(201)
  })

  it('needs the access to the object', () => {
    local.salesforce.seed({
      permissions: { 'admin@local.test': { objects: { Account: ['read'], Contact: [] } } },
    })
    expect(refusal({ Name: 'A' })).toMatchObject({
      status: 403,
      errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
    })
    expect(refusal({ LastName: 'A' }, 'Contact')).toMatchObject({ status: 404 })
  })

  it('is remembered with what changed, by whom, and which client', () => {
    const id = local.create('Account', { Name: 'A' })
    const options = { 'sforce-call-options': 'client=ours, defaultNamespace=x' }
    local.call(`PATCH /sobjects/Account/${id}`, { Name: 'B', Phone: '1' }, options)
    local.salesforce.edit({ kind: 'update', object: 'Account', id, values: { Phone: null } })
    expect(local.salesforce.log().slice(-2)).toMatchObject([
      { source: 'api', client: 'ours', changes: { Name: ['A', 'B'], Phone: [null, '1'] } },
      { source: 'person', client: null, changes: { Phone: ['1', null] } },
    ])
  })
})
