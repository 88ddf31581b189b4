import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../wire/json.ts'
import { type OpenLocal, objectsIn, openLocal, textOf } from '../open-local.ts'

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

const account = (values: JsonObject): JsonObject => ({ attributes: { type: 'Account' }, ...values })
const contact = (values: JsonObject): JsonObject => ({ attributes: { type: 'Contact' }, ...values })

function send(method: string, path: string, records: readonly JsonObject[], allOrNone = false) {
  return local.call(`${method} /composite/sobjects${path}`, { allOrNone, records })
}
const codes = (records: readonly JsonObject[]) =>
  records.map(({ success, errors }) =>
    success === true ? 'ok' : textOf(objectsIn(errors)[0]?.['statusCode']),
  )
const created = (...records: readonly JsonObject[]) =>
  objectsIn(send('POST', '', records).body).map(({ id }) => textOf(id))

describe('a collection', () => {
  it('answers 200 in the order of the request, also where every row failed', () => {
    const { status, body } = send('POST', '', [
      account({ Name: 'A' }),
      account({}),
      contact({ LastName: 'L', Email: 'nobody' }),
      account({ Name: 'B', Nope__c: 1 }),
    ])
    expect(status).toBe(200)
    expect(body).toEqual([
      { id: expect.stringMatching(/^001/), success: true, errors: [] },
      {
        success: false,
        errors: [
          {
            statusCode: 'REQUIRED_FIELD_MISSING',
            message: 'Required fields are missing: [Name]',
            fields: ['Name'],
          },
        ],
      },
      {
        success: false,
        errors: [
          { statusCode: 'INVALID_EMAIL_ADDRESS', message: expect.any(String), fields: ['Email'] },
        ],
      },
      {
        success: false,
        errors: [{ statusCode: 'INVALID_FIELD', message: expect.any(String), fields: [] }],
      },
    ])
    expect(send('POST', '', [account({}), account({})]).status).toBe(200)
  })

  it('writes nothing where one row failed and all or none was asked', () => {
    const { status, body } = send('POST', '', [account({ Name: 'A' }), account({})], true)
    expect([status, codes(objectsIn(body))]).toEqual([
      200,
      ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING'],
    ])
    expect(local.query('SELECT Id FROM Account')).toEqual([])
    expect(local.salesforce.log()).toEqual([])
    const again = send('POST', '', [account({ Name: 'A', Ext__c: 'K' })], true)
    expect(codes(objectsIn(again.body))).toEqual(['ok'])
  })

  it('takes back changes and deletions, and the keys they freed', () => {
    const [id = ''] = created(account({ Name: 'A', Ext__c: 'K' }))
    send('PATCH', '', [account({ id, Ext__c: 'L' }), account({ id: '001000000000zzz' })], true)
    expect(local.read('Account', id, 'Ext__c')).toEqual({ Ext__c: 'K' })
    local.call(`DELETE /composite/sobjects?ids=${id},001000000000zzz&allOrNone=true`)
    expect(local.call('GET /sobjects/Account/Ext__c/K').status).toBe(200)
  })

  it('updates by id, each record once', () => {
    const [id = '', other = ''] = created(account({ Name: 'A' }), account({ Name: 'B' }))
    const { body } = send('PATCH', '', [
      account({ id, Name: 'A2' }),
      account({ Id: other.slice(0, 15), Name: 'B2' }),
      account({ id, Name: 'A3' }),
      account({ id: 'nonsense' }),
      account({ id: '001000000000zzz' }),
      account({ Name: 'without' }),
      contact({ id, LastName: 'L' }),
    ])
    expect(codes(objectsIn(body))).toEqual([
      'ok',
      'ok',
      'DUPLICATE_VALUE',
      'MALFORMED_ID',
      'INVALID_CROSS_REFERENCE_KEY',
      'MISSING_ARGUMENT',
      'INVALID_CROSS_REFERENCE_KEY',
    ])
    expect(local.read('Account', id, 'Name')).toEqual({ Name: 'A2' })
    expect(local.read('Account', other, 'Name')).toEqual({ Name: 'B2' })
  })

  it('upserts by an external id and says of each whether it was created', () => {
    const [id = ''] = created(account({ Name: 'A', Ext__c: 'K-1' }))
    const { status, body } = send('PATCH', '/Account/Ext__c', [
      account({ Name: 'A2', Ext__c: 'k-1' }),
      account({ Name: 'B', Ext__c: 'K-2' }),
      account({ Name: 'C', Ext__c: 'K-2' }),
      account({ Name: 'D' }),
      contact({ LastName: 'L', Ext__c: 'K-3' }),
    ])
    expect([status, codes(objectsIn(body))]).toEqual([
      200,
      ['ok', 'ok', 'DUPLICATE_VALUE', 'MISSING_ARGUMENT', 'INVALID_TYPE'],
    ])
    expect(objectsIn(body).slice(0, 2)).toMatchObject([{ id, created: false }, { created: true }])
    expect(local.query("SELECT Name FROM Account WHERE Ext__c = 'K-2'")).toMatchObject([
      { Name: 'B' },
    ])
  })

  it('upserts nothing by a key that several records have', () => {
    created(account({ Name: 'A', Group__c: 'g' }), account({ Name: 'B', Group__c: 'g' }))
    const { body } = send('PATCH', '/Account/Group__c', [account({ Name: 'C', Group__c: 'g' })])
    expect(codes(objectsIn(body))).toEqual(['DUPLICATE_EXTERNAL_ID'])
  })

  it('upserts by Id: with one it changes, without one it creates', () => {
    const [id = ''] = created(account({ Name: 'A' }))
    const { body } = send('PATCH', '/Account/Id', [
      account({ Id: id, Name: 'B' }),
      account({ Name: 'C' }),
      account({ Name: 'D' }),
    ])
    expect(objectsIn(body)).toMatchObject([
      { created: false },
      { created: true },
      { created: true },
    ])
  })

  it('can not be upserted by a field that is no key', () => {
    const { status, body } = send('PATCH', '/Account/Plain__c', [account({ Plain__c: 'x' })])
    expect([status, body]).toMatchObject([400, [{ errorCode: 'INVALID_FIELD' }]])
  })

  it('deletes by ids, with a result for each', () => {
    const [id = '', other = ''] = created(account({ Name: 'A' }), account({ Name: 'B' }))
    local.call(`DELETE /sobjects/Account/${other}`)
    const ids = [id, other, 'nonsense', '001000000000zzz'].join(',')
    const { status, body } = local.call(`DELETE /composite/sobjects?ids=${ids}&allOrNone=false`)
    expect([status, codes(objectsIn(body))]).toEqual([
      200,
      ['ok', 'ENTITY_IS_DELETED', 'MALFORMED_ID', 'INVALID_CROSS_REFERENCE_KEY'],
    ])
  })

  it('reads in the order of the ids, null for what is not there', () => {
    const [id = '', other = ''] = created(account({ Name: 'A' }), account({ Name: 'B' }))
    const ids = [other, '001000000000zzz', id]
    const wanted = [{ Name: 'B', Id: other }, null, { Name: 'A', Id: id }]
    const body = { ids, fields: ['Name'] }
    expect(local.call('POST /composite/sobjects/Account', body).body).toMatchObject(wanted)
    const query = `ids=${ids.join(',')}&fields=Name`
    expect(local.call(`GET /composite/sobjects/Account?${query}`).body).toMatchObject(wanted)
    const wrong = { ids, fields: ['Nope'] }
    expect(local.call('POST /composite/sobjects/Account', wrong)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_FIELD' }],
    })
  })

  it('has at most 200 records, and 2,000 for reading', () => {
    const many = Array.from({ length: 201 }, () => account({ Name: 'A' }))
    expect(send('POST', '', many)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'EXCEEDED_ID_LIMIT' }],
    })
    expect(send('POST', '', many.slice(1)).status).toBe(200)
    const ids = Array.from({ length: 2001 }, () => '001000000000001')
    const body = { ids, fields: ['Id'] }
    expect(local.call('POST /composite/sobjects/Account', body).status).toBe(400)
  })

  it('of mixed types has at most ten chunks', () => {
    const mixed = Array.from({ length: 11 }, (_, index) =>
      index % 2 === 0 ? account({ Name: 'A' }) : contact({ LastName: 'L' }),
    )
    expect(send('POST', '', mixed)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'LIMIT_EXCEEDED' }],
    })
    expect(send('POST', '', mixed.slice(1)).status).toBe(200)
  })

  it.each([[{ records: 'none' }], [{ records: [{ Name: 'A' }] }], [{ records: [null] }], [{}]])(
    'that is malformed is refused as a whole: %j',
    (body) => {
      expect(local.call('POST /composite/sobjects', body).status).toBe(400)
    },
  )

  it('refuses each row of an object that is not there', () => {
    const { body } = send('POST', '', [{ attributes: { type: 'Nope' }, Name: 'A' }])
    expect(codes(objectsIn(body))).toEqual(['INVALID_TYPE'])
  })
})
