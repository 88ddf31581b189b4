import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import { retry } from '../../src/engine/push/push.ts'
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import { noLimits } from '../../src/simulator/salesforce/request/api-limits.ts'
import { localUser } from '../../src/simulator/salesforce/salesforce.ts'
import {
  accountSync,
  createSalesforceWorld,
  opportunitySync,
  type SalesforceWorld,
} from '../support/salesforce-world.ts'
import { field, type Wrap } from '../support/world.ts'

const minute = 60_000
const cities = field('BillingCity', 'city')

let world: SalesforceWorld

async function fill({ sql }: SalesforceWorld): Promise<void> {
  await sql(
    'create table accounts (id bigint, account_key varchar, name varchar, city varchar, revenue decimal(18, 2), hot boolean)',
    `insert into accounts select i, 'A-' || i, 'Account ' || i, 'City ' || (i % 10), 1234567890123456.78, i % 2 = 0 from range(1, 451) as t(i)`,
    'create table deals (id bigint, deal_key varchar, name varchar, stage varchar, closes_on date, amount decimal(18, 2), account_key varchar)',
    `insert into deals select i, 'D-' || i, 'Deal ' || i, 'Prospecting', date '2026-12-31', i * 1000.25, 'A-' || (i % 50 + 1) from range(1, 301) as t(i)`,
  )
}

beforeEach(async () => {
  world = await createSalesforceWorld({ limits: noLimits })
  await fill(world)
})

afterEach(() => world.close())

type Found = Readonly<Record<string, unknown>>

function records(object: string, of: SalesforceWorld = world): readonly Found[] {
  const listed = of.salesforce.dump().state.records[object] ?? []
  return listed
    .filter(({ deletedAt = null }) => deletedAt === null)
    .map(({ id, values }) => ({ id, ...values }))
}

function account(key: string, of: SalesforceWorld = world): Found {
  const found = records('Account', of).filter((one) => one['Account_Key__c'] === key)
  expect(found).toHaveLength(1)
  return found[0] ?? {}
}

/** What a person does in Salesforce. */
function edit(key: string, values: Readonly<Record<string, string>>): void {
  const id = String(account(key)['id'])
  world.salesforce.edit({ kind: 'update', object: 'Account', id, values })
}

async function refusal(
  sync: PushSync,
): Promise<{ readonly code?: string; readonly message: string }> {
  return world.run(sync).then(
    () => ({ message: 'nothing' }),
    (error: Error & { readonly code?: string }) => error,
  )
}

describe('a push of accounts', () => {
  it('creates every row, and a second run has nothing to do and makes no call', async () => {
    const first = await world.run(accountSync())
    expect(first).toMatchObject({
      state: 'succeeded',
      rows: 450,
      outcomes: { delivered: 450, unchanged: 0, skipped: 0, rejected: 0, deferred: 0 },
    })
    expect(records('Account')).toHaveLength(450)
    world.callsSince()
    const second = await world.run(accountSync())
    expect(second).toMatchObject({ state: 'succeeded', outcomes: { delivered: 0, unchanged: 450 } })
    expect(world.callsSince()).toBe(0)
  })

  it('sends only the changed fields of the changed rows, named as ours', async () => {
    await world.run(accountSync())
    const before = world.salesforce.log().length
    await world.sql(`update accounts set city = 'Rome' where id <= 3`)
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 3, unchanged: 447 })
    const writes = world.salesforce.log().slice(before)
    expect(writes.map(({ changes }) => Object.keys(changes))).toEqual([
      ['BillingCity'],
      ['BillingCity'],
      ['BillingCity'],
    ])
    expect(writes.map((write) => write.client)).toEqual(['syncline', 'syncline', 'syncline'])
  })

  it('keeps all digits of a number, and sees none of them as a change', async () => {
    const fields = [field('Name', 'name'), field('AnnualRevenue', 'revenue')]
    world.salesforce.seed({
      fields: { Account: [{ name: 'AnnualRevenue', type: 'currency', precision: 18, scale: 2 }] },
    })
    await world.run(accountSync({ fields }))
    expect(String(account('A-7')['AnnualRevenue'])).toBe('1234567890123456.78')
    await world.sql(`update accounts set name = 'New' where id = 7`)
    const before = world.salesforce.log().length
    await world.run(accountSync({ fields }))
    const [write] = world.salesforce.log().slice(before)
    expect(Object.keys(write?.changes ?? {})).toEqual(['Name'])
  })

  it('fills what is empty, and leaves what a person wrote', async () => {
    await world.run(accountSync())
    edit('A-1', { Phone: '1' })
    await world.sql(
      'alter table accounts add column phone varchar',
      `update accounts set phone = '9'`,
    )
    const phone = field('Phone', 'phone', { write: 'if_empty' })
    const sync = accountSync({ fields: [field('Name', 'name'), phone] })
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ delivered: 449, skipped: 1 })
    expect([account('A-1')['Phone'], account('A-2')['Phone']]).toEqual(['1', '9'])
  })

  it('does not write over what a person changed since', async () => {
    const guarded: readonly FieldMapping[] = [
      field('Name', 'name'),
      field('BillingCity', 'city', { write: 'if_unchanged', conflict: 'theirs' }),
    ]
    await world.run(accountSync({ fields: guarded }))
    edit('A-1', { BillingCity: 'Berlin' })
    await world.sql(`update accounts set city = 'Rome' where id <= 2`)
    const report = await world.run(accountSync({ fields: guarded }))
    expect(report.outcomes).toMatchObject({ delivered: 1, rejected: 1 })
    expect(account('A-1')['BillingCity']).toBe('Berlin')
    expect(account('A-2')['BillingCity']).toBe('Rome')
  })

  it('deletes the records of rows that left the model', async () => {
    const sync = accountSync({ removedRows: 'delete' })
    await world.run(sync)
    await world.sql('delete from accounts where id <= 5')
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ delivered: 5, unchanged: 445 })
    expect(records('Account')).toHaveLength(445)
  })

  it('says whose records can not be deleted since others need them, and deletes them later', async () => {
    const payer = { name: 'Payer__c', type: 'reference', referenceTo: ['Account'] } as const
    world.salesforce.seed({ fields: { Contact: [{ ...payer, restrictedDelete: true }] } })
    const sync = accountSync({ removedRows: 'delete' })
    await world.run(sync)
    const needed = String(account('A-1')['id'])
    const values = { LastName: 'L', Payer__c: needed }
    const id = world.salesforce.edit({ kind: 'create', object: 'Contact', values })
    await world.sql('delete from accounts where id in (1, 2)')
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ delivered: 1, rejected: 1 })
    expect(report.reasons).toMatchObject({ 'rejected DELETE_FAILED': 1 })
    expect(records('Account')).toHaveLength(449)
    world.salesforce.edit({ kind: 'delete', object: 'Contact', id })
    const retried = await world.push(retry, sync, { kind: 'retry' })
    expect(retried.outcomes).toMatchObject({ delivered: 1 })
    expect(records('Account')).toHaveLength(448)
  })

  it('follows a merge to the record that stays', async () => {
    await world.run(accountSync())
    const values = { Name: 'Stays' }
    const stays = world.salesforce.edit({ kind: 'create', object: 'Account', values })
    const other = String(account('A-1')['id'])
    world.salesforce.edit({ kind: 'merge', object: 'Account', master: stays, other })
    await world.sql(`update accounts set city = 'Merged' where id = 1`)
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 1 })
    expect(records('Account')).toHaveLength(450)
    expect(records('Account').find((one) => one['id'] === stays)).toMatchObject({
      BillingCity: 'Merged',
    })
  })

  it.each(['a record of another row', 'a record of a person'])(
    'makes no second record for a lost create that people merged into %s',
    async (which) => {
      await world.sql('delete from accounts where id > 2')
      const own = { kind: 'create', object: 'Account', values: { Name: 'Stays' } } as const
      const stays = world.salesforce.edit(own)
      const losesAnswer: Wrap = (base) => {
        let isFirst = true
        const create: typeof base.crm.create = async (inputs, options) => {
          const results = await base.crm.create(inputs, options)
          if (!isFirst) return results
          isFirst = false
          const master = which === 'a record of a person' ? stays : String(account('A-1')['id'])
          const other = String(account('A-2')['id'])
          world.salesforce.edit({ kind: 'merge', object: 'Account', master, other })
          throw new RequestFailure({ kind: 'unknown', reason: 'reset', message: 'reset' })
        }
        return { ...base, crm: { ...base.crm, create } }
      }
      const report = await world.run(accountSync(), {}, losesAnswer)
      expect(report).toMatchObject({ reasons: { 'deferred in_doubt': 1 } })
      await world.sql(`update accounts set account_key = 'B-2' where id = 2`)
      await world.run(accountSync())
      expect(records('Account')).toHaveLength(2)
    },
  )

  it('adopts and updates the records that are there already, whatever the case of their keys', async () => {
    world.salesforce.edit({
      kind: 'create',
      object: 'Account',
      values: { Name: 'Old', Account_Key__c: 'a-1', BillingCity: 'Berlin' },
    })
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 450 })
    expect(records('Account')).toHaveLength(450)
    expect(account('a-1')).toMatchObject({ Name: 'Account 1', BillingCity: 'City 1' })
  })

  it('clears what can be empty of rows that left the model, and says where that is nothing', async () => {
    const sync = accountSync({ removedRows: 'clear' })
    await world.run(sync)
    await world.sql('delete from accounts where id <= 2')
    edit('A-2', { BillingCity: '' })
    expect(await world.run(sync)).toMatchObject({
      outcomes: { delivered: 1, skipped: 1, rejected: 0, unchanged: 448 },
      reasons: { 'skipped removed.required': 1 },
    })
    expect(account('A-1')).toMatchObject({ Name: 'Account 1' })
    expect(account('A-1')).not.toHaveProperty('BillingCity')
    expect(account('A-2')).toMatchObject({ Name: 'Account 2' })
    world.callsSince()
    const second = await world.run(sync)
    expect(second.outcomes).toMatchObject({ delivered: 0, skipped: 0, unchanged: 448 })
    expect(world.callsSince()).toBe(0)
  })

  it('writes by upsert alone where nobody looks before', async () => {
    const sync = accountSync({ readBefore: false })
    await world.run(sync)
    expect(world.salesforce.calls()).toMatchObject({ 'collection_upsert Account': 3 })
    expect(records('Account')).toHaveLength(450)
  })

  it('finds owners by email and record types by name', async () => {
    await world.sql(
      'alter table accounts add column owner varchar',
      `update accounts set owner = '${localUser.toUpperCase()}' where id = 1`,
      `update accounts set owner = 'nobody@x.com' where id = 2`,
    )
    const types = { Name: 'Key account', DeveloperName: 'Key_Account', SobjectType: 'Account' }
    world.salesforce.seed({ records: { RecordType: [{ values: { ...types, IsActive: true } }] } })
    const fields = [
      field('Name', 'name'),
      field('OwnerId', 'owner', { lookup: 'owners.email' }),
      field('RecordTypeId', '', {
        source: { from: 'constant', value: 'Key account' },
        lookup: 'record_types.name',
      }),
    ]
    const report = await world.run(accountSync({ fields }))
    expect(report.outcomes).toMatchObject({ delivered: 449, rejected: 1 })
    const [user] = records('User')
    const [type] = records('RecordType')
    expect(account('A-1')).toMatchObject({ OwnerId: user?.['id'], RecordTypeId: type?.['id'] })
  })

  it.each([
    ['that does not exist', field('Nothing__c', 'name'), 'no such field'],
    ['that is read-only', field('CreatedDate', 'name'), 'lets nobody write'],
    ['that is compound', field('BillingAddress', 'name'), 'lets nobody write'],
    ['that holds no such values', field('NumberOfEmployees', 'hot'), 'no value of this kind fits'],
    [
      'whose constant is too long',
      field('Phone', '', { source: { from: 'constant', value: '0'.repeat(41) } }),
      'Phone: the text has 41 characters, the field holds 40',
    ],
    [
      'of an open picklist, whose constant is too long',
      field('Industry', '', { source: { from: 'constant', value: 'x'.repeat(256) } }),
      'Industry: the text has 256 characters, the field holds 255',
    ],
  ])('stops before the plan for a field %s, by name', async (_what, wrong, why) => {
    const error = await refusal(accountSync({ mode: 'update', fields: [wrong] }))
    expect(error.message).toContain(wrong.field)
    expect(error.message).toContain(why)
    expect(records('Account')).toEqual([])
  })

  it.each([
    ['Account', 'BillingAddress', /parts instead: BillingStreet, BillingCity, .*\.$/],
    ['Contact', 'Name', /parts instead: .*FirstName.*LastName.*\.$/],
    ['Account', 'CreatedDate', /^Remove the field/],
  ])('names the parts of a compound field to map: %s.%s', async (object, name, remedy) => {
    const match = { field: 'Id', column: 'account_key' }
    const sync = accountSync({ object, match, mode: 'update', fields: [field(name, 'name')] })
    expect(await world.run(sync).catch((error: unknown) => error)).toMatchObject({
      code: 'push.read_only',
      remedy: expect.stringMatching(remedy),
    })
  })

  it('rejects the rows whose values do not fit, and delivers the others', async () => {
    await world.sql(`update accounts set name = repeat('x', 300) where id = 1`)
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 449, rejected: 1 })
    expect(records('Account').filter(({ Name }) => String(Name).startsWith('xx'))).toEqual([])
  })

  describe('of a time of day', () => {
    const opens = accountSync({ fields: [field('Name', 'name'), field('Opens__c', 'opens')] })

    beforeEach(() =>
      world.salesforce.seed({ fields: { Account: [{ name: 'Opens__c', type: 'time' }] } }),
    )

    it('takes a text, and rejects what is none before it is sent', async () => {
      await world.sql(
        'alter table accounts add column opens varchar',
        `update accounts set opens = case id when 1 then 'noon' when 2 then '08:30:00.000001' else '08:30' end`,
      )
      const first = await world.run(opens)
      expect(first).toMatchObject({
        outcomes: { delivered: 448, rejected: 2 },
        reasons: { 'rejected value.not_a_time': 1, 'rejected value.precision': 1 },
      })
      expect(account('A-3')).toMatchObject({ Opens__c: '08:30:00.000Z' })
      await world.sql(`update accounts set opens = '08:30:00' where id > 2`)
      expect((await world.run(opens)).outcomes).toMatchObject({ delivered: 0, unchanged: 448 })
    })

    it.each([
      ['time', 'push.unsupported_column', 'column opens is a TIME, which is not taken as it is'],
      ['timestamp', 'push.mistyped', 'no value of this kind fits (timestamp → time)'],
    ])(
      'stops before the plan for a column of type %s, and says to cast it',
      async (type, code, why) => {
        await world.sql(`alter table accounts add column opens ${type}`)
        expect(await refusal(opens)).toMatchObject({
          code,
          message: expect.stringContaining(why),
          remedy: expect.stringContaining('Cast the column in the model'),
        })
      },
    )
  })

  it('refuses to match by an external id that Salesforce does not keep unique', async () => {
    world.salesforce.seed({
      fields: { Account: [{ name: 'Group__c', type: 'string', length: 40, externalId: true }] },
    })
    const match = { field: 'Group__c', column: 'account_key' }
    const error = await refusal(accountSync({ match }))
    expect(error.code).toBe('push.no_unique_field')
    expect(error.message).toContain('Group__c is not unique in the CRM')
    expect(error.message).toContain('has no field Syncline_Key__c')
  })

  it('matches by a field that is not unique where its own key tells records apart', async () => {
    const own = { name: 'Syncline_Key__c', type: 'string', length: 255 } as const
    world.salesforce.seed({
      fields: { Account: [{ ...own, externalId: true, unique: true }] },
      records: { Account: [{ id: '001000000000900AAA', values: { Name: 'Account 7' } }] },
    })
    const byName = accountSync({ match: { field: 'Name', column: 'name' }, fields: [cities] })
    expect((await world.run(byName)).outcomes).toMatchObject({ delivered: 450 })
    expect(records('Account')).toHaveLength(450)
    const adopted = records('Account').find(({ Name }) => Name === 'Account 7')
    expect(adopted).toMatchObject({ id: '001000000000900AAA', BillingCity: 'City 7' })
    expect((await world.run(byName)).outcomes).toMatchObject({ delivered: 0, unchanged: 450 })
  })
})

describe('a push of opportunities', () => {
  it('gives each its account by the account’s external id, without a lookup', async () => {
    await world.run(accountSync())
    const report = await world.run(opportunitySync())
    expect(report.outcomes).toMatchObject({ delivered: 300, rejected: 0, deferred: 0 })
    const deals = new Map(records('Opportunity').map((one) => [one['Deal_Key__c'], one]))
    expect(deals.get('D-7')).toMatchObject({ AccountId: account('A-8')['id'], Amount: 7_001.75 })
    world.callsSince()
    expect((await world.run(opportunitySync())).outcomes).toMatchObject({ unchanged: 300 })
    expect(world.callsSince()).toBe(0)
  })

  it('moves one to another account, and takes it from all', async () => {
    await world.run(accountSync())
    await world.run(opportunitySync())
    await world.sql(
      `update deals set account_key = 'A-99' where id = 1`,
      `update deals set account_key = null where id = 2`,
    )
    const report = await world.run(opportunitySync())
    expect(report.outcomes).toMatchObject({ delivered: 2, unchanged: 298 })
    const deals = new Map(records('Opportunity').map((one) => [one['Deal_Key__c'], one]))
    expect(deals.get('D-1')?.['AccountId']).toBe(account('A-99')['id'])
    expect(deals.get('D-2')).not.toHaveProperty('AccountId')
  })

  it('changes those of one account in one request after the other, though they keep it', async () => {
    await world.run(accountSync())
    await world.sql(`update deals set account_key = 'A-1'`)
    await world.run(opportunitySync())
    // A write keeps its locks for nearly as long as its answer takes.
    world.salesforce.configure({
      lockHoldMs: 90,
      faults: { rates: { latency: 1 }, latencyMs: [100, 100] },
    })
    await world.sql('update deals set amount = amount + 1')
    const before = world.salesforce.calls()['collection_update'] ?? 0
    expect((await world.run(opportunitySync())).outcomes).toMatchObject({ delivered: 300 })
    // One that met a lock would be sent again.
    expect(world.salesforce.calls()).toMatchObject({ collection_update: before + 2 })
  })

  it('tries those again whose account came later', async () => {
    await world.sql(`update deals set account_key = 'A-451' where id = 1`)
    await world.run(accountSync())
    const first = await world.run(opportunitySync())
    expect(first.outcomes).toMatchObject({ delivered: 299, rejected: 1 })
    await world.sql(`insert into accounts values (451, 'A-451', 'Late', 'Rome', 0, false)`)
    await world.run(accountSync())
    await world.clock.sleep(10 * minute)
    const second = await world.run(opportunitySync())
    expect(second.outcomes).toMatchObject({ delivered: 1, rejected: 0 })
  })
})

describe('a bad day', () => {
  it('with a session that ends in the middle signs in once more', async () => {
    await world.run(accountSync())
    await world.sql(`update accounts set city = 'Rome'`)
    const before = world.salesforce.calls()['oauth'] ?? 0
    world.salesforce.planFault({ kind: 'expired_session', operation: 'collection_update' })
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 450 })
    expect(world.salesforce.calls()['oauth']).toBe(before + 2)
  })

  it('with a locked record sends it again, and leaves one that stays locked to a later run', async () => {
    await world.run(accountSync())
    await world.sql(`update accounts set city = 'Rome' where id <= 10`)
    world.salesforce.lock({ id: String(account('A-1')['id']), times: 2 })
    world.salesforce.lock({ id: String(account('A-2')['id']) })
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 9, deferred: 1 })
    expect(report.reasons).toMatchObject({ 'deferred UNABLE_TO_LOCK_ROW': 1 })
    world.salesforce.unlock(String(account('A-2')['id']))
    await world.clock.sleep(10 * minute)
    expect((await world.run(accountSync())).outcomes).toMatchObject({ delivered: 1 })
  })

  it.each([
    'drop_after',
    'apply_late',
    'server_error_after',
    'wrong_json',
    'silent_drop_applied',
  ] as const)('with %s of creates makes no record twice and loses none', async (kind) => {
    world.salesforce.planFault({ kind, operation: 'collection_create', times: 2 })
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 450 })
    const keys = records('Account').map((one) => one['Account_Key__c'])
    expect(keys).toHaveLength(450)
    expect(new Set(keys).size).toBe(450)
  })

  it('with an accident of single records sends those again, and does not wait as for a lost answer', async () => {
    const began = world.clock.now()
    const partial = { kind: 'partial_failure', operation: 'collection_create', times: 1 } as const
    world.salesforce.planFault(partial)
    const report = await world.run(accountSync())
    expect(report.outcomes).toMatchObject({ delivered: 450 })
    expect(world.salesforce.faultEvents().map(({ kind }) => kind)).toEqual(['partial_failure'])
    expect(world.clock.now() - began).toBeLessThan(minute)
    expect(records('Account')).toHaveLength(450)
  })

  it.each([74, 76])(
    'keeps to its part of the day from %i of 80 on, and loses nothing',
    async (requestsUsed) => {
      const limits = { ...noLimits, dailyRequests: 100 }
      const busy = await createSalesforceWorld({ limits, state: { requestsUsed } })
      const used = () => busy.salesforce.dump().state.requestsUsed
      try {
        await fill(busy)
        const first = await busy.run(accountSync())
        const { delivered, deferred } = first.outcomes
        expect(first).toMatchObject({ state: 'succeeded', error: null, rows: 450 })
        expect([delivered + deferred, deferred > 0]).toEqual([450, true])
        expect(records('Account', busy)).toHaveLength(delivered)
        expect(used()).toBeLessThanOrEqual(80)
        busy.salesforce.configure({ limits: { ...limits, dailyRequests: used() } })
        for (const _ of [1, 2]) {
          const before = used()
          expect(await busy.run(accountSync())).toMatchObject({
            state: 'succeeded',
            error: null,
            outcomes: { delivered: 0, unchanged: delivered, rejected: 0, skipped: 0, deferred },
            reasons: { 'deferred crm.DAILY': deferred },
          })
          expect(used()).toBe(before)
        }
        busy.salesforce.configure({ limits: noLimits })
        expect((await busy.run(accountSync())).outcomes).toMatchObject({ delivered: deferred })
        expect(records('Account', busy)).toHaveLength(450)
      } finally {
        await busy.close()
      }
    },
  )

  it('does not pass its part of the day by asking several things at once', async () => {
    const limits = { ...noLimits, dailyRequests: 40 }
    const faults = { rates: { latency: 1 }, latencyMs: [300, 900] as const }
    const busy = await createSalesforceWorld({ limits, faults, seed: 1 })
    try {
      await fill(busy)
      await busy.sql(
        `insert into accounts select i, 'A-' || i, 'Account', 'City', 1, true from range(451, 4401) as t(i)`,
      )
      const { state, outcomes } = await busy.run(accountSync({ bulkFrom: null }))
      expect([state, outcomes.delivered + outcomes.deferred]).toEqual(['succeeded', 4_400])
      expect(outcomes.delivered).toBeLessThan(4_400)
      expect(busy.salesforce.dump().state.requestsUsed).toBeLessThanOrEqual(32)
      expect(records('Account', busy)).toHaveLength(outcomes.delivered)
    } finally {
      await busy.close()
    }
  })

  it('asks for nothing more once it was told that its part of the day is used up', async () => {
    const limits = { ...noLimits, dailyRequests: 100 }
    const busy = await createSalesforceWorld({ limits, state: { requestsUsed: 80 } })
    try {
      await fill(busy)
      for (const run of [1, 2, 3]) {
        expect(await busy.run(accountSync())).toMatchObject({
          state: 'succeeded',
          error: null,
          outcomes: { delivered: 0, deferred: 450 },
          reasons: { 'deferred crm.DAILY': 450 },
        })
        // Whose account it is, is asked: that answer tells how the day stands.
        expect(busy.salesforce.dump().state.requestsUsed).toBe(80 + run)
      }
      const [told] = await busy.query('select min(message) from syncline.accounts__held')
      expect(told?.[0]).toMatch(
        /^83 of the org's 100 daily requests .* daily_requests_percent is 80; /,
      )
      await expect(busy.plan(accountSync())).rejects.toMatchObject({ code: 'push.exhausted' })
      busy.salesforce.configure({ limits: noLimits })
      expect((await busy.run(accountSync())).outcomes).toMatchObject({ delivered: 450 })
      expect(records('Account', busy)).toHaveLength(450)
    } finally {
      await busy.close()
    }
  })
})
