import { describe, expect, it } from 'vitest'
import { noLimits } from '../../simulator/salesforce/request/api-limits.ts'
import { createSalesforce, localApp, localUser } from '../../simulator/salesforce/salesforce.ts'
import type { SalesforceOptions } from '../../simulator/salesforce/simulator.ts'
import type { OrgState } from '../../simulator/salesforce/state.ts'
import { readingNeeds } from '../connector.ts'
import type { WriteResult } from '../write.ts'
import { createBudgetBook } from '../http/budget-book.ts'
import { createHandlerTransport } from '../http/handler-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import { salesforce } from './connector.ts'

const epoch = Date.parse('2026-05-05T12:00:00Z')
const accounts = { object: 'Account' }
const text = { type: 'string', length: 40 } as const
const client = { client_id: localApp.clientId, client_secret: localApp.clientSecret }

const schema: Partial<OrgState> = {
  fields: {
    Account: [
      { ...text, name: 'Key__c', externalId: true, unique: true },
      { ...text, name: 'Group__c', externalId: true },
      { ...text, name: 'Code__c', externalId: true, unique: true, caseSensitive: true },
      {
        name: 'Number__c',
        type: 'double',
        precision: 18,
        scale: 0,
        externalId: true,
        unique: true,
      },
      { name: 'Worth__c', type: 'currency', precision: 18, scale: 2 },
      { name: 'Hot__c', type: 'boolean' },
      { name: 'Seen__c', type: 'datetime' },
      { name: 'Tags__c', type: 'multipicklist', values: ['A', 'B'], restrictedPicklist: true },
      { name: 'Place__c', type: 'location' },
    ],
    Opportunity: [{ ...text, name: 'Deal_Key__c', externalId: true, unique: true }],
  },
}

/** The connector against the local Salesforce, in one process and under one simulated clock. */
function open(
  options: SalesforceOptions = {},
  more: Readonly<Record<string, unknown>> = {},
  roundTripMs = 0,
) {
  const clock = createSimulatedClock(epoch)
  const state = { ...schema, ...options.state }
  const org = createSalesforce({ limits: noLimits, ...options, state, now: clock.now })
  const given = { login_url: 'http://localhost', client_credentials: client, ...more }
  const crm = salesforce.open(salesforce.options.parse(given), {
    clock,
    random: Math.random,
    transport: createHandlerTransport((request) => org.handle(request), clock, roundTripMs),
    budgets: createBudgetBook(clock),
  })
  return { crm, clock, org, run: clock.run }
}

type Opened = ReturnType<typeof open>

function idOf(result: WriteResult | undefined): string {
  if (result?.status !== 'written') throw new Error(`not written: ${JSON.stringify(result)}`)
  return result.id
}

async function createAccounts(opened: Opened, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let from = 0; from < count; from += 200) {
    const inputs = Array.from({ length: Math.min(200, count - from) }, (_, at) => ({
      values: { Name: `Account ${from + at}`, Key__c: `A-${from + at}` },
      uniqueField: 'Key__c',
    }))
    ids.push(...(await opened.run(opened.crm.create(inputs, accounts))).map(idOf))
  }
  return ids
}

describe('what the connector knows of an org', () => {
  it('is the id that a baseline is bound to, in 18 characters', async () => {
    const { crm, run, org } = open()
    expect(await run(crm.account())).toMatchObject({ id: org.dump().orgId, timeZone: null })
  })

  it('are the objects that can be written', async () => {
    const { crm, run } = open()
    const names = (await run(crm.objects())).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['Account', 'Contact', 'Opportunity']))
    expect(names).not.toContain('RecordType')
  })

  it('are fields: keys, types, lists, what can’t be written, what a create needs', async () => {
    const { crm, run } = open()
    const { fields, required, object } = await run(crm.describe('account'))
    expect(object).toBe('Account')
    expect(required).toEqual(['Name'])
    expect(fields.get('Key__c')).toMatchObject({ unique: true, lookup: true, maxLength: 40 })
    expect(fields.get('Group__c')).toMatchObject({ unique: false, lookup: true })
    expect(fields.get('Worth__c')).toMatchObject({ type: 'number', scale: 2 })
    expect(fields.get('BillingAddress')).toMatchObject({ writable: false })
    expect(fields.get('BillingCity')).toMatchObject({ writable: true, type: 'text', maxLength: 40 })
    expect(fields.get('Place__c')).toMatchObject({ writable: false })
    expect(fields.get('CreatedDate')).toMatchObject({ writable: false, type: 'datetime' })
    expect(fields.get('Tags__c')?.options).toEqual([
      { value: 'A', label: 'A' },
      { value: 'B', label: 'B' },
    ])
    expect(fields.get('Industry')).not.toHaveProperty('options')
  })

  it('are the external ids of parents, as fields of their children', async () => {
    const { crm, run } = open()
    const { fields } = await run(crm.describe('Opportunity'))
    expect(fields.get('Account.Key__c')).toMatchObject({
      type: 'text',
      writable: true,
      unique: false,
      maxLength: 40,
    })
    expect(fields.get('Account.Number__c')).toMatchObject({ type: 'number', scale: 0 })
    expect(fields.has('Account.Name')).toBe(false)
  })

  it('is nothing of an object that is not there', async () => {
    const { crm, run } = open()
    await expect(run(crm.describe('Nothing__c'))).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('are owners by email, user name and name, and record types by either name', async () => {
    const types = [
      {
        values: {
          Name: 'Key account',
          DeveloperName: 'Key_Account',
          SobjectType: 'Account',
          IsActive: true,
        },
      },
    ]
    const inactive = { Username: 'gone@x.com', LastName: 'Gone', Email: 'gone@x.com' }
    const users = [{ values: { ...inactive, IsActive: false } }]
    const { crm, run } = open({ state: { ...schema, records: { RecordType: types, User: users } } })
    const owners = await run(crm.references('owners', 'Account'))
    expect(owners.map(({ names }) => names)).toEqual([
      { email: localUser, username: localUser, name: 'Local Admin' },
    ])
    const recordTypes = await run(crm.references('record_types', 'Account'))
    expect(recordTypes.map(({ names }) => names)).toEqual([
      { name: 'Key account', developer_name: 'Key_Account' },
    ])
    const declared = salesforce.lists.find(({ name }) => name === 'record_types')
    expect(Object.keys(recordTypes[0]?.names ?? {}).toSorted()).toEqual(declared?.names.toSorted())
    await expect(run(crm.references('stages', 'Account'))).rejects.toMatchObject({
      kind: 'invalid',
      reason: 'unknown_list',
    })
  })

  it('is how much of our part of the day is used', async () => {
    const { crm, run } = open({ limits: { ...noLimits, dailyRequests: 5_000 } })
    await run(crm.account())
    expect(await run(crm.usage?.() ?? Promise.resolve([]))).toEqual([
      { name: 'daily (80 % of 5,000)', used: 2, max: 4_000, resetsAt: null, countedAt: null },
    ])
    expect(crm.limits?.()[0]).toMatchObject({ name: 'daily', max: 5_000, left: 4_998 })
    expect(open().crm.limits?.()[0]).toMatchObject({ name: 'daily', max: 15_000, left: null })
    const whole = open(
      { limits: { ...noLimits, dailyRequests: 5_000 } },
      { daily_requests_percent: 100 },
    )
    expect(await whole.run(whole.crm.usage?.() ?? Promise.resolve([]))).toEqual([
      { name: 'daily', used: 1, max: 5_000, resetsAt: null, countedAt: null },
    ])
    const small = open({ limits: { ...noLimits, dailyRequests: 4 } })
    for (let call = 1; call <= 3; call++) await small.run(small.crm.account())
    expect(await small.run(small.crm.usage?.() ?? Promise.resolve([]))).toMatchObject([
      { used: 3, max: 3 },
    ])
  })
})

describe('the day of the batches that jobs are worked off in', () => {
  const ofBatches = ({ crm }: Opened) => crm.limits?.().find(({ name }) => name === 'bulk batches')

  it('is told beside the requests, as soon as Salesforce tells it', async () => {
    const opened = open({ limits: { ...noLimits, dailyBulkBatches: 12_000 } })
    expect(ofBatches(opened)).toMatchObject({ max: 15_000, left: null })
    const inputs = [{ id: null, values: { Name: 'A', Key__c: 'A-1' } }]
    const load = { object: 'Account', operation: 'create', uniqueField: 'Key__c', inputs } as const
    const { bulk, usage } = opened.crm
    const id = (await opened.run(bulk?.open(load, accounts) ?? Promise.resolve(null))) ?? ''
    await opened.run(bulk?.fill(id, load, accounts) ?? Promise.resolve())
    await opened.run(bulk?.start(id, accounts) ?? Promise.resolve())
    expect(await opened.run(usage?.() ?? Promise.resolve([]))).toHaveLength(1)
    expect(ofBatches(opened)).toMatchObject({ max: 12_000, left: 11_999 })
  })
})

describe('missing permissions', () => {
  const all = { ...readingNeeds, creates: true, updates: true, deletes: true }
  const permissionsOf = (opened: Opened, fields: readonly string[]) =>
    opened
      .run(opened.crm.missingPermissions('Account', { ...all, fields }))
      .then((missing) => missing.map(({ permission }) => permission))

  it('are none where the user may do everything', async () => {
    expect(await permissionsOf(open(), ['Name', 'Key__c', 'Parent.Key__c'])).toEqual([])
  })

  it('are exactly those on the object and on the fields that are pushed', async () => {
    const given = {
      objects: { Account: ['read', 'create'] as const },
      fields: {
        'Account.Industry': 'none',
        'Account.Phone': 'read',
        'Account.Website': 'none',
      } as const,
    }
    const opened = open({ state: { ...schema, permissions: { [localUser]: given } } })
    expect(await permissionsOf(opened, ['Name', 'Industry', 'Phone'])).toEqual([
      'Edit on Account',
      'Delete on Account',
      'Read and Edit on the field Account.Industry',
      'Edit on the field Account.Phone',
    ])
    const inserting = { ...readingNeeds, fields: ['Name'], creates: true }
    expect(await opened.run(opened.crm.missingPermissions('Account', inserting))).toEqual([])
  })

  it('of what is only looked up are to read it alone', async () => {
    const given = {
      objects: { Account: ['read'] as const, User: [] },
      fields: { 'Account.Industry': 'none', 'Account.Phone': 'read' } as const,
    }
    const opened = open({ state: { ...schema, permissions: { [localUser]: given } } })
    const needs = { ...readingNeeds, finds: ['Phone', 'Industry'], lists: ['owners'] }
    const missing = await opened.run(opened.crm.missingPermissions('Account', needs))
    expect(missing.map(({ permission }) => permission)).toEqual([
      'Read on the field Account.Industry',
      'Read on User',
    ])
  })

  it('say so of an object that does not show at all', async () => {
    const given = { objects: { Account: [] } }
    const opened = open({ state: { ...schema, permissions: { [localUser]: given } } })
    expect(await permissionsOf(opened, ['Name'])).toEqual([
      'Read, Create, Edit and Delete on Account',
    ])
  })

  it('do not name what nobody may write', async () => {
    expect(await permissionsOf(open(), ['BillingAddress', 'CreatedDate'])).toEqual([])
  })
})

describe('records written and read', () => {
  it('come back with every kind of value as it was sent', async () => {
    const opened = open()
    const values = {
      Name: "O'Neil & Söhne",
      Key__c: 'K-1',
      Worth__c: '1234567890123456.78',
      Hot__c: 'true',
      Seen__c: '2026-03-01T10:00:00Z',
      Tags__c: 'A;B',
      NumberOfEmployees: '42',
    }
    const inputs = [{ values, uniqueField: 'Key__c' }]
    const id = idOf((await opened.run(opened.crm.create(inputs, accounts)))[0])
    const fields = [...Object.keys(values), 'Phone', 'Unknown__c']
    const found = await opened.run(opened.crm.readById([id], { ...accounts, fields }))
    expect(found.get(id)?.values).toEqual({
      ...values,
      Seen__c: '2026-03-01T10:00:00.000Z',
      Phone: null,
    })
  })

  it('are cleared by null, checkboxes aside', async () => {
    const opened = open()
    const [id = ''] = await createAccounts(opened, 1)
    await opened.run(opened.crm.update([{ id, values: { Key__c: null } }], accounts))
    const found = await opened.run(opened.crm.readById([id], { ...accounts, fields: ['Key__c'] }))
    expect(found.get(id)?.values).toEqual({ Key__c: null })
    const [result] = await opened.run(
      opened.crm.update([{ id, values: { Hot__c: null } }], accounts),
    )
    expect(result).toMatchObject({ status: 'rejected', reason: 'value.empty' })
  })

  it('are read 2,000 at a time, by ids of 15 characters as well', async () => {
    const opened = open()
    const ids = await createAccounts(opened, 2_000)
    const before = opened.org.calls()['collection_read Account'] ?? 0
    const asked = ids.map((id, at) => (at % 2 === 0 ? id : id.slice(0, 15)))
    const read = { ...accounts, fields: ['Key__c'] }
    const found = await opened.run(opened.crm.readById(asked, read))
    expect(asked.map((id) => found.get(id)?.values['Key__c'])).toEqual(
      asked.map((_, at) => `A-${at}`),
    )
    expect(found.get(asked[1] ?? '')?.id).toBe(ids[1])
    expect((opened.org.calls()['collection_read Account'] ?? 0) - before).toBe(1)
  })

  it('are absent once they are deleted, and so is what is no id', async () => {
    const opened = open()
    const [first = '', second = ''] = await createAccounts(opened, 2)
    const results = await opened.run(opened.crm.delete([first], accounts))
    expect(results).toMatchObject([{ status: 'written', id: first, created: false }])
    const found = await opened.run(
      opened.crm.readById([first, second, 'no id'], { ...accounts, fields: ['Name'] }),
    )
    expect([...found.keys()]).toEqual([second])
    const again = await opened.run(opened.crm.delete([first, second], accounts))
    expect(again.map(({ status }) => status)).toEqual(['gone', 'written'])
    const late = await opened.run(
      opened.crm.update([{ id: second, values: { Name: 'x' } }], accounts),
    )
    expect(late.map(({ status }) => status)).toEqual(['gone'])
  })

  it('follow merges to the survivor, through several of them', async () => {
    const id = (number: number): string => `00100000000100${number}AAA`
    const merged = (number: number, into: number) => ({
      id: id(number),
      values: { Name: `Loser ${number}`, MasterRecordId: id(into) },
      deletedAt: epoch,
    })
    const records = [merged(1, 2), merged(2, 3), { id: id(3), values: { Name: 'Survivor' } }]
    const { crm, run } = open({ state: { ...schema, records: { Account: records } } })
    const found = await run(crm.readById([id(1), id(2)], { ...accounts, fields: ['Name'] }))
    expect(found.get(id(1))).toEqual({ id: id(3), values: { Name: 'Survivor' } })
    expect(found.get(id(2))?.id).toBe(id(3))
  })

  it('that were merged away tell by their values where they went', async () => {
    const [gone, merged, stays] = [
      '001000000001001AAA',
      '001000000001002AAA',
      '001000000001003AAA',
    ] as const
    const records = [
      { id: gone, values: { Name: 'Gone', Key__c: 'a' }, deletedAt: epoch },
      {
        id: merged,
        values: { Name: 'Merged', Key__c: 'b', MasterRecordId: stays },
        deletedAt: epoch,
      },
      { id: stays, values: { Name: 'Stays', Key__c: 'c' } },
    ]
    const { crm, run } = open({ state: { ...schema, records: { Account: records } } })
    const asked = crm.mergedAway?.('Key__c', ['a', 'B', 'c', 'd'], accounts)
    expect(asked === undefined ? null : await run(asked)).toEqual(new Map([['B', stays]]))
  })

  it('are found by value at once, without regard to case unless the field tells it apart', async () => {
    const opened = open()
    const values = { Name: 'One', Key__c: 'Key', Code__c: 'Code', Number__c: '42' }
    await opened.run(opened.crm.create([{ values, uniqueField: 'Key__c' }], accounts))
    const read = { ...accounts, fields: ['Name'] }
    const by = async (field: string, ...asked: string[]) => [
      ...(await opened.run(opened.crm.readByValue(field, asked, read))).keys(),
    ]
    expect(await by('Key__c', 'KEY', 'other', '')).toEqual(['KEY'])
    expect(await by('Code__c', 'code', 'Code')).toEqual(['Code'])
    expect(await by('Number__c', '42.0', '43', 'x')).toEqual(['42.0'])
  })

  it('are all listed where several share a value', async () => {
    const opened = open()
    const inputs = [1, 2].map((number) => ({
      values: { Name: `Twin ${number}`, Group__c: 'twins' },
      uniqueField: null,
    }))
    await opened.run(opened.crm.create(inputs, accounts))
    const read = { ...accounts, fields: ['Name'] }
    const found = await opened.run(opened.crm.search('Group__c', ['twins'], read))
    expect(found.get('twins')?.map(({ values }) => values['Name'])).toEqual(['Twin 1', 'Twin 2'])
  })

  it('are found by many long values in queries that each fit an address', async () => {
    const opened = open()
    const ids = await createAccounts(opened, 1_500)
    const asked = ids.map((_, at) => `A-${at}`)
    const read = { ...accounts, fields: ['Name'] }
    const found = await opened.run(opened.crm.readByValue('Key__c', asked, read))
    expect(asked.map((key) => found.get(key)?.[0]?.id)).toEqual(ids)
    expect(opened.org.calls()['query']).toBeGreaterThan(1)
  })

  it('of many fields are found by their ids first', async () => {
    const many = Array.from({ length: 300 }, (_, at) => `Quite_A_Long_Name_Of_A_Field_${at}__c`)
    const fields = many.map((name) => ({ ...text, name }))
    const state = { fields: { Account: [...(schema.fields?.['Account'] ?? []), ...fields] } }
    const opened = open({ state })
    await createAccounts(opened, 1)
    const read = { ...accounts, fields: many }
    const found = await opened.run(opened.crm.readByValue('Key__c', ['A-0'], read))
    expect(Object.keys(found.get('A-0')?.[0]?.values ?? {})).toEqual(many)
  })
})

describe('an upsert', () => {
  const upsert = (opened: Opened, field: string, values: Readonly<Record<string, string>>) =>
    opened.run(opened.crm.upsert([{ uniqueField: field, values }], accounts))

  it('creates what is new and updates what is there', async () => {
    const opened = open()
    const [first] = await upsert(opened, 'Key__c', { Key__c: 'K', Name: 'One' })
    expect(first).toMatchObject({ status: 'written', created: true })
    const [second] = await upsert(opened, 'Key__c', { Key__c: 'k', Name: 'Two' })
    expect(second).toMatchObject({ status: 'written', created: false, id: idOf(first) })
  })

  it('writes nothing where several records have the key', async () => {
    const opened = open()
    const twins = ['a', 'b'].map((Name) => ({ values: { Name, Group__c: 'g' }, uniqueField: null }))
    await opened.run(opened.crm.create(twins, accounts))
    const log = opened.org.log().length
    const [result] = await upsert(opened, 'Group__c', { Group__c: 'g', Name: 'c' })
    expect(result).toMatchObject({
      status: 'rejected',
      reason: 'DUPLICATE_EXTERNAL_ID',
      waits: true,
    })
    expect(opened.org.log()).toHaveLength(log)
  })

  it('by a field that is no key is refused as a whole', async () => {
    const opened = open()
    await expect(upsert(opened, 'Name', { Name: 'One' })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('without a value of its key is refused before it is sent', async () => {
    const opened = open()
    await expect(upsert(opened, 'Key__c', { Name: 'One' })).rejects.toMatchObject({
      kind: 'poisoned',
    })
    expect(opened.org.calls()).toEqual({})
  })
})

describe('a batch', () => {
  it('delivers the good records and names the fault of each bad one', async () => {
    const rules = [{ object: 'Account', refuseWhen: "Name = 'Bad'", message: 'Not like that.' }]
    const duplicates = [{ object: 'Account', fields: ['Phone'], action: 'block' as const }]
    const opened = open({
      state: { ...schema, validationRules: rules, duplicateRules: duplicates },
    })
    const [taken] = await createAccounts(opened, 1)
    await opened.run(opened.crm.update([{ id: taken ?? '', values: { Phone: '1' } }], accounts))
    const inputs = [
      { Name: 'Fine', Key__c: 'F' },
      { Name: 'Taken', Key__c: 'A-0' },
      { Key__c: 'No name' },
      { Name: 'Bad', Key__c: 'B' },
      { Name: 'Same phone', Key__c: 'P', Phone: '1' },
      { Name: 'x'.repeat(300), Key__c: 'L' },
      { Name: 'Odd', Key__c: 'O', Nothing__c: '1' },
    ].map((values) => ({ values, uniqueField: 'Key__c' }))
    expect(await opened.run(opened.crm.create(inputs, accounts))).toMatchObject([
      { status: 'written' },
      { status: 'conflict', existingId: taken },
      { status: 'rejected', reason: 'REQUIRED_FIELD_MISSING' },
      { status: 'rejected', reason: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' },
      { status: 'rejected', reason: 'DUPLICATES_DETECTED' },
      { status: 'rejected', reason: 'STRING_TOO_LONG' },
      { status: 'rejected', reason: 'INVALID_FIELD' },
    ])
  })

  it('gives children their parents by external id, and says which parent is missing', async () => {
    const opened = open()
    const [parent] = await createAccounts(opened, 1)
    const deal = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31' }
    const deals = { object: 'Opportunity' }
    const inputs = ['A-0', 'A-1'].map((key) => ({
      values: { ...deal, Deal_Key__c: key, 'Account.Key__c': key },
      uniqueField: 'Deal_Key__c',
    }))
    const [made, orphan] = await opened.run(opened.crm.create(inputs, deals))
    expect(orphan).toMatchObject({ status: 'rejected', waits: true })
    const read = { ...deals, fields: ['AccountId', 'Account.Key__c', 'Name'] }
    const id = idOf(made)
    const found = await opened.run(opened.crm.readById([id], read))
    expect(found.get(id)?.values).toEqual({
      AccountId: parent,
      'Account.Key__c': 'A-0',
      Name: 'Deal',
    })
    await opened.run(opened.crm.update([{ id, values: { 'Account.Key__c': null } }], deals))
    const cleared = await opened.run(opened.crm.readById([id], read))
    expect(cleared.get(id)?.values).toMatchObject({ AccountId: null, 'Account.Key__c': null })
    const byValue = await opened.run(opened.crm.readByValue('Deal_Key__c', ['A-0'], read))
    expect(byValue.get('A-0')?.[0]?.values).toMatchObject({ 'Account.Key__c': null })
  })

  it('that meets a lock is busy with that record alone', async () => {
    const opened = open()
    const [first = '', second = ''] = await createAccounts(opened, 2)
    opened.org.lock({ id: first, times: 1 })
    const inputs = [first, second].map((id) => ({ id, values: { Name: 'x' } }))
    expect(await opened.run(opened.crm.update(inputs, accounts))).toMatchObject([
      { status: 'busy', reason: 'UNABLE_TO_LOCK_ROW' },
      { status: 'written' },
    ])
  })

  it('waits for another of ours that has the same parent, and for no other', async () => {
    // A write keeps its locks for as long as its answer takes.
    const opened = open({ lockHoldMs: 90 }, {}, 100)
    const [parent = '', other = ''] = await createAccounts(opened, 2)
    await opened.clock.advance(1_000)
    await opened.run(opened.crm.describe('Opportunity'))
    const deal = (name: string, AccountId: string) => [
      {
        uniqueField: 'Deal_Key__c',
        values: {
          Name: name,
          StageName: 'Prospecting',
          CloseDate: '2026-12-31',
          Deal_Key__c: name,
          AccountId,
        },
      },
    ]
    const started = opened.clock.now()
    const create = (name: string, id: string) =>
      opened.crm.create(deal(name, id), { object: 'Opportunity' })
    const both = Promise.all([create('a', parent), create('b', parent), create('c', other)])
    const results = (await opened.run(both)).flat()
    expect(results.map(({ status }) => status)).toEqual(['written', 'written', 'written'])
    expect(opened.clock.now() - started).toBe(200)
    // Saving a record that keeps its parent locks that parent, too.
    const ids = results.map(idOf)
    const change = (at: number, locked: string) =>
      opened.crm.update(
        [{ id: ids[at] ?? '', values: { Name: 'x' }, locked: { AccountId: locked } }],
        {
          object: 'Opportunity',
        },
      )
    const changed = opened.clock.now()
    const all = Promise.all([change(0, parent), change(1, parent), change(2, other)])
    const changes = (await opened.run(all)).flat()
    expect(changes.map(({ status }) => status)).toEqual(['written', 'written', 'written'])
    expect(opened.clock.now() - changed).toBe(200)
  })
})

describe('a bad day', () => {
  it.each([
    ['limit_total', 'exhausted'],
    ['limit_concurrent', 'throttled'],
    ['server_error_before', /^(unknown|unavailable)$/],
    ['server_error_after', 'unknown'],
    ['drop_after', 'unknown'],
    ['html_page', 'unknown'],
    ['empty_body', 'unknown'],
    ['wrong_json', 'unknown'],
  ] as const)('with %s is told as %s', async (kind, expected) => {
    const opened = open()
    const [id = ''] = await createAccounts(opened, 1)
    opened.org.planFault({ kind, operation: 'collection_update' })
    const failure = await opened
      .run(opened.crm.update([{ id, values: { Name: 'x' } }], accounts))
      .then(
        () => 'nothing',
        (error: { readonly kind: string }) => error.kind,
      )
    expect(failure).toMatch(expected)
  })

  it.each([
    ['silent_drop_applied', 'unaccounted'],
    ['silent_drop_unapplied', 'unaccounted'],
    ['partial_failure', 'busy'],
  ] as const)(
    'with %s takes nothing for certain but what the answer says: the record is %s',
    async (kind, status) => {
      const opened = open()
      const [first = '', second = ''] = await createAccounts(opened, 2)
      opened.org.planFault({ kind, operation: 'collection_update' })
      const inputs = [first, second].map((id) => ({ id, values: { Name: 'x' } }))
      const results = await opened.run(opened.crm.update(inputs, accounts))
      expect(results.map((result) => result.status).toSorted()).toEqual([status, 'written'])
    },
  )

  it('repeats a read whose session ended, whose query took too long, or whose answer was cut', async () => {
    const opened = open()
    await createAccounts(opened, 1)
    for (const kind of ['expired_session', 'query_timeout', 'wrong_json', 'html_page'] as const) {
      opened.org.planFault({ kind, operation: 'query' })
      const read = { ...accounts, fields: ['Name'] }
      const found = await opened.run(opened.crm.readByValue('Key__c', ['A-0'], read))
      expect(found.size).toBe(1)
    }
  })

  it('of an org without the API is a matter of credentials', async () => {
    const { crm, run } = open({ apiEnabled: false })
    await expect(run(crm.account())).rejects.toMatchObject({
      kind: 'auth',
      reason: 'API_DISABLED_FOR_ORG',
    })
  })

  it('leaves a part of the day to others, and still describes to who asks for it', async () => {
    const limits = { ...noLimits, dailyRequests: 100 }
    const opened = open({ limits, state: { ...schema, requestsUsed: 79 } })
    await opened.run(opened.crm.describe('Account'))
    const reading = opened.crm.readById(['001000000000001AAA'], { ...accounts, fields: ['Name'] })
    await expect(opened.run(reading)).rejects.toMatchObject({ kind: 'exhausted', reason: 'DAILY' })
    expect(opened.crm.requireDay).toThrow('daily_requests_percent is 80')
    expect((await opened.run(opened.crm.describe('Opportunity'))).object).toBe('Opportunity')
  })
})
