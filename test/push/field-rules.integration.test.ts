/** What a CRM says of its fields decides before anything is sent. */
import { afterEach, describe, expect, it } from 'vitest'
import type { PushSync } from '../../src/model/sync.ts'
import type { FieldInput } from '../../src/simulator/salesforce/store/field.ts'
import type { ObjectDefinition } from '../../src/simulator/salesforce/store/object-type.ts'
import {
  accountSync,
  createSalesforceWorld,
  keyFields,
  opportunitySync,
  type SalesforceWorld,
} from '../support/salesforce-world.ts'
import { contactSync, createWorld, field } from '../support/world.ts'

let close: () => Promise<void> = async () => undefined
afterEach(() => close())

async function org(more: readonly FieldInput[] = []): Promise<SalesforceWorld> {
  const fields = { Account: [...keyFields.Account, ...more] }
  const world = await createSalesforceWorld({ state: { fields } })
  close = world.close
  await world.sql(
    'create table accounts (id bigint, account_key varchar, name varchar, city varchar)',
    `insert into accounts values (1, 'A-1', 'One', 'Rome'), (2, 'A-2', 'Two', 'Oslo')`,
  )
  return world
}

function refused(promise: Promise<unknown>): Promise<{ code?: string; message: string }> {
  return promise.then(
    () => ({ message: 'nothing' }),
    (error: Error & { code?: string }) => error,
  )
}

describe('a field that every new record must have', () => {
  const nameless = accountSync({ fields: [field('BillingCity', 'city')] })

  it.each(['upsert', 'insert'] as const)(
    'and that the sync does not map stops the plan by name, in mode %s',
    async (mode) => {
      const world = await org()
      const error = await refused(world.plan({ ...nameless, mode }))
      expect(error).toMatchObject({ code: 'push.required_field' })
      expect(error.message).toContain('must have: Name.')
      expect(world.salesforce.log()).toEqual([])
    },
  )

  it('is nothing to a sync that only updates', async () => {
    const world = await org()
    await world.run(accountSync())
    await world.sql(`update accounts set city = 'Bern'`)
    const report = await world.run({ ...nameless, name: 'cities', mode: 'update' })
    expect(report.outcomes).toMatchObject({ delivered: 2 })
  })

  it('may be given by the parent’s key', async () => {
    const fields = {
      ...keyFields,
      Opportunity: [
        ...keyFields.Opportunity,
        { name: 'AccountId', type: 'reference', referenceTo: ['Account'], nillable: false },
      ],
    } as const
    const world = await createSalesforceWorld({ state: { fields } })
    close = world.close
    await world.sql(
      'create table deals (id bigint, deal_key varchar, name varchar, stage varchar, closes_on date, amount decimal(18, 2), account_key varchar)',
      `insert into deals values (1, 'D-1', 'One', 'Prospecting', date '2026-12-31', 1, 'A-1')`,
    )
    const sync = opportunitySync()
    expect((await world.plan(sync)).planned.creates).toBe(1)
    const orphans = { ...sync, fields: sync.fields.filter((each) => !each.field.includes('.')) }
    expect((await refused(world.plan(orphans))).message).toContain('must have: AccountId.')
  })

  it('is told by the schema of a custom object in HubSpot', async () => {
    const text = { type: 'string', fieldType: 'text' } as const
    const car = {
      id: '2-17',
      name: 'cars',
      labels: { singular: 'Car', plural: 'Cars' },
      required: ['vin', 'plate'],
      searchable: ['vin'],
      primaryDisplayProperty: 'vin',
    }
    const properties = {
      '2-17': [
        { ...text, name: 'vin', hasUniqueValue: true },
        { ...text, name: 'plate' },
      ],
    }
    const world = await createWorld({ state: { customObjects: [car], properties } })
    close = world.close
    await world.sql(
      'create table customers (id bigint, vin varchar, plate varchar)',
      `insert into customers values (1, 'V1', 'B-1')`,
    )
    const sync: PushSync = contactSync({
      object: 'cars',
      match: { field: 'vin', column: 'vin' },
      fields: [],
    })
    expect((await refused(world.plan(sync))).message).toContain('must have: plate.')
    const whole = { ...sync, fields: [field('plate', 'plate')] }
    expect((await world.run(whole)).outcomes).toMatchObject({ delivered: 1 })
  })
})

describe('a field that Salesforce lets be written once', () => {
  const origin: FieldInput = { name: 'Origin__c', type: 'string', length: 40, updateable: false }
  const sync = accountSync({ fields: [field('Name', 'name'), field('Origin__c', 'city')] })

  it('is written with the record, and stops its row by name when it changes', async () => {
    const world = await org([origin])
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2 })
    await world.sql(
      `update accounts set name = 'New', city = case id when 1 then 'Bern' else city end`,
    )
    const writes = world.salesforce.log().length
    const report = await world.run(sync)
    expect(report).toMatchObject({
      outcomes: { delivered: 1, rejected: 1 },
      reasons: { 'rejected field.create_only': 1 },
    })
    expect(world.salesforce.log().length - writes).toBe(1)
  })

  it('stops a row that finds a record with another value, whoever made it and whenever', async () => {
    const world = await org([origin])
    const found = { Name: 'Old', Account_Key__c: 'A-1', Origin__c: 'Bern' }
    world.salesforce.edit({ kind: 'create', object: 'Account', values: found })
    const report = await world.run(sync)
    expect(report.reasons).toEqual({ 'rejected field.create_only': 1 })
    expect(report.outcomes).toMatchObject({ delivered: 1 })
  })

  it('stops the plan of a sync that only updates', async () => {
    const world = await org([origin])
    const error = await refused(world.plan({ ...sync, mode: 'update' }))
    expect(error).toMatchObject({ code: 'push.create_only' })
    expect(error.message).toContain('Origin__c')
  })

  it('may be a detail’s master, named by its key', async () => {
    const line: ObjectDefinition = {
      name: 'Line__c',
      label: 'Line',
      keyPrefix: 'a01',
      fields: [
        { name: 'Name', type: 'string', nillable: false, nameField: true },
        { name: 'Line_Key__c', type: 'string', length: 40, externalId: true, unique: true },
        {
          name: 'Master__c',
          type: 'reference',
          referenceTo: ['Account'],
          relationshipName: 'Master__r',
          nillable: false,
          updateable: false,
        },
      ],
    }
    const world = await createSalesforceWorld({ state: { customObjects: [line] } })
    close = world.close
    await world.sql(
      'create table accounts (id bigint, account_key varchar, name varchar, city varchar)',
      `insert into accounts values (1, 'A-1', 'One', 'A-1'), (2, 'A-2', 'Two', 'A-1')`,
    )
    await world.run(accountSync())
    const lines = accountSync({
      name: 'lines',
      object: 'Line__c',
      match: { field: 'Line_Key__c', column: 'account_key' },
      fields: [field('Name', 'name'), field('Master__r.Account_Key__c', 'city')],
    })
    expect((await world.run(lines)).outcomes).toMatchObject({ delivered: 2 })
    await world.sql(`update accounts set city = 'A-2' where id = 2`)
    const moved = await world.run(lines)
    expect(moved.reasons).toEqual({ 'rejected field.create_only': 1 })
    await world.sql(`update accounts set name = 'Newer', city = 'A-1'`)
    expect((await world.run(lines)).outcomes).toMatchObject({ delivered: 2 })
  })
})
