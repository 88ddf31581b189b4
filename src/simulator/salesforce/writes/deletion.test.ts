import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenLocal, objectOf, objectsIn, openLocal, textOf } from '../open-local.ts'

let local: OpenLocal

beforeEach(() => {
  const account = { type: 'reference', referenceTo: ['Account'] } as const
  local = openLocal({
    state: {
      fields: {
        Contact: [{ ...account, name: 'Payer__c', restrictedDelete: true }],
        Opportunity: [
          {
            ...account,
            name: 'Owned_By__c',
            cascadeDelete: true,
            childRelationshipName: 'Deals__r',
          },
        ],
      },
    },
  })
})

function ids(object: string): readonly string[] {
  return local.query(`SELECT Id FROM ${object}`).map(({ Id }) => textOf(Id))
}

describe('the deletion of a record', () => {
  it('fails while others need it, one by one and in a collection', () => {
    const payer = local.create('Account', { Name: 'P' })
    const contact = local.create('Contact', { LastName: 'L', Payer__c: payer })
    const message = `Your attempt to delete ${payer} could not be completed because some Contacts are associated with it: ${contact}`
    expect(local.call(`DELETE /sobjects/Account/${payer}`)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'DELETE_FAILED', message }],
    })
    expect(local.call(`DELETE /composite/sobjects?ids=${payer}`)).toMatchObject({
      status: 200,
      body: [{ success: false, errors: [{ statusCode: 'DELETE_FAILED', message }] }],
    })
    expect(local.call(`DELETE /sobjects/Contact/${contact}`).status).toBe(204)
    expect(local.call(`DELETE /sobjects/Account/${payer}`).status).toBe(204)
  })

  it('takes with it what belongs to it, and leaves alone what only names it', () => {
    const account = local.create('Account', { Name: 'A' })
    const other = local.create('Account', { Name: 'B', ParentId: account })
    const deal = { Name: 'D', StageName: 'Prospecting', CloseDate: '2026-12-31' }
    local.create('Opportunity', { ...deal, Owned_By__c: account })
    const left = local.create('Opportunity', { ...deal, Owned_By__c: other })
    expect(local.call(`DELETE /sobjects/Account/${account}`).status).toBe(204)
    expect([ids('Account'), ids('Opportunity')]).toEqual([[other], [left]])
  })

  it('is described by the fields that it depends on', () => {
    const { childRelationships } = objectOf(local.call('GET /sobjects/Account/describe').body)
    expect(objectsIn(childRelationships)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'Payer__c', restrictedDelete: true }),
        expect.objectContaining({
          field: 'Owned_By__c',
          cascadeDelete: true,
          relationshipName: 'Deals__r',
        }),
      ]),
    )
  })
})

describe('storage that is used up', () => {
  it('takes no new record, and tells in the limits how much is left', () => {
    local.salesforce.configure({ limits: { dataStorageMB: 1 } })
    const records = Array.from({ length: 511 }, (_, index) => ({ values: { Name: `A${index}` } }))
    local.salesforce.seed({ records: { Account: records } })
    const room = () => objectOf(local.call('GET /limits').body)['DataStorageMB']
    expect(local.call('POST /sobjects/Account', { Name: 'last' }).status).toBe(201)
    expect(room()).toEqual({ Max: 1, Remaining: 0 })
    expect(local.call('POST /sobjects/Account', { Name: 'too many' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'STORAGE_LIMIT_EXCEEDED' }],
    })
    const [id] = ids('Account')
    expect(local.call(`PATCH /sobjects/Account/${id}`, { Phone: '1' }).status).toBe(204)
  })
})

describe('a merge', () => {
  it('leaves one, which the others then name, and the deleted one says which', () => {
    const [stays, goes] = [
      local.create('Account', { Name: 'S' }),
      local.create('Account', { Name: 'G' }),
    ]
    const contact = local.create('Contact', { LastName: 'L', AccountId: goes })
    const merge = { kind: 'merge', object: 'Account', master: stays, other: goes } as const
    expect(local.salesforce.edit(merge)).toBe(stays)
    expect([ids('Account'), local.read('Contact', contact, 'AccountId')]).toEqual([
      [stays],
      { AccountId: stays },
    ])
    const soql = 'SELECT Id, MasterRecordId FROM Account WHERE IsDeleted = true'
    const { body } = local.call(`GET /queryAll?q=${encodeURIComponent(soql)}`)
    expect(objectsIn(objectOf(body)['records'])).toMatchObject([
      { Id: goes, MasterRecordId: stays },
    ])
    expect(() => local.salesforce.edit(merge)).toThrow('ENTITY_IS_DELETED')
    expect(() => local.salesforce.edit({ ...merge, other: stays })).toThrow('INVALID_OPERATION')
  })
})
