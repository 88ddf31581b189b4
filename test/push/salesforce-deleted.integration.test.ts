/** Records that people deleted in Salesforce, whose rows name others: one code stands for both. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noLimits } from '../../src/simulator/salesforce/request/api-limits.ts'
import {
  accountSync,
  createSalesforceWorld,
  opportunitySync,
  type SalesforceWorld,
} from '../support/salesforce-world.ts'
import { field } from '../support/world.ts'

let world: SalesforceWorld

beforeEach(async () => {
  world = await createSalesforceWorld({ limits: noLimits })
  await world.sql(
    'create table accounts (id bigint, account_key varchar, name varchar, city varchar)',
    `insert into accounts select i, 'A-' || i, 'Account ' || i, 'City' from range(1, 3) as t(i)`,
    'create table deals (id bigint, deal_key varchar, name varchar, stage varchar, closes_on date, amount decimal(18, 2), account_key varchar)',
    `insert into deals select i, 'D-' || i, 'Deal ' || i, 'Prospecting', date '2026-12-31', i, 'A-1' from range(1, 11) as t(i)`,
  )
  await world.run(accountSync())
})

afterEach(() => world.close())

type Found = Readonly<Record<string, unknown>>

function live(object: string): readonly Found[] {
  return (world.salesforce.dump().state.records[object] ?? [])
    .filter(({ deletedAt = null }) => deletedAt === null)
    .map(({ id, values }) => ({ id, ...values }))
}

function remove(object: string, key: string, value: string): string {
  const id = String(live(object).find((record) => record[key] === value)?.['id'])
  world.salesforce.edit({ kind: 'delete', object, id })
  return id
}

const unread = { readBefore: false, ifDeleted: 'recreate' } as const

it.each([
  ['requests', null],
  ['jobs', 2],
])('are made again, by %s, where the change names another parent', async (_how, bulkFrom) => {
  const sync = opportunitySync({ ...unread, bulkFrom })
  await world.run(sync)
  for (const key of ['D-1', 'D-2']) remove('Opportunity', 'Deal_Key__c', key)
  await world.sql(
    `update deals set name = 'New', account_key = 'A-2' where id in (1, 3)`,
    `update deals set name = 'New' where id = 2`,
  )
  const report = await world.run(sync)
  expect(report.reasons).toEqual({ 'deferred record.deleted': 2 })
  expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2, rejected: 0 })
  expect(live('Opportunity').filter(({ Name: name }) => name === 'New')).toHaveLength(3)
  expect(live('Opportunity')).toHaveLength(10)
})

it.each([
  ['requests', null],
  ['jobs', 2],
])('are told from those whose parent was deleted, by %s', async (_how, bulkFrom) => {
  const fields = [...opportunitySync().fields.slice(0, 4), field('AccountId', 'account_id')]
  const sync = opportunitySync({ ...unread, bulkFrom, fields })
  await world.sql(
    'alter table deals add column account_id varchar',
    `update deals set account_id = '${String(live('Account')[0]?.['id'])}'`,
  )
  await world.run(sync)
  const parent = remove('Account', 'Account_Key__c', 'A-2')
  remove('Opportunity', 'Deal_Key__c', 'D-1')
  await world.sql(`update deals set account_id = '${parent}' where id in (1, 3, 4)`)
  const reasons = { 'rejected ENTITY_IS_DELETED': 2, 'deferred record.deleted': 1 }
  expect((await world.run(sync)).reasons).toEqual(reasons)
})

it.each(
  (['recreate', 'skip'] as const).flatMap((ifDeleted) => [
    ['requests', ifDeleted, null] as const,
    ['jobs', ifDeleted, 1] as const,
  ]),
)(
  'are followed to those that people merged them into, by %s, if deleted: %s',
  async (_how, ifDeleted, bulkFrom) => {
    const sync = accountSync({ readBefore: false, ifDeleted, bulkFrom })
    world.salesforce.seed({
      records: { Account: [{ values: { Name: 'Theirs', Account_Key__c: 'Z-9' } }] },
    })
    const idOf = (key: string): string =>
      String(live('Account').find((each) => each['Account_Key__c'] === key)?.['id'])
    const master = idOf('Z-9')
    world.salesforce.edit({ kind: 'merge', object: 'Account', master, other: idOf('A-1') })
    await world.sql(`update accounts set city = 'Bern' where id = 1`)
    expect((await world.run(sync)).reasons).toEqual({ 'deferred fate.changed': 1 })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, deferred: 0 })
    expect(live('Account').map(({ id, BillingCity: city }) => [id, city])).toEqual([
      [idOf('A-2'), 'City'],
      [master, 'Bern'],
    ])
    expect(idOf('Z-9')).toBe(master)
    world.callsSince()
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2 })
    expect(world.callsSince()).toBe(0)
  },
)

it('are not made again where people merged them into another row’s', async () => {
  const sync = accountSync(unread)
  const [first, second] = live('Account').map(({ id }) => String(id))
  world.salesforce.edit({
    kind: 'merge',
    object: 'Account',
    master: second ?? '',
    other: first ?? '',
  })
  for (const city of ['Bern', 'Kiel']) {
    await world.sql(`update accounts set city = '${city}' where id = 1`)
    expect((await world.run(sync)).reasons).toEqual({ 'rejected record.bound': 1 })
  }
  expect(live('Account').map(({ BillingCity: city }) => city)).toEqual(['City'])
})
