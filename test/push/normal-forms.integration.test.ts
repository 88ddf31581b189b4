/** Values that a CRM spells in its own way: they are what it holds, and tell no two rows apart. */
import { afterEach, describe, expect, it } from 'vitest'
import { erase } from '../../src/engine/push/erase.ts'
import { accountSync, createSalesforceWorld, keyFields } from '../support/salesforce-world.ts'
import type { FieldInput } from '../../src/simulator/salesforce/store/field.ts'
import { contactSync, createWorld, field, type PushWorld } from '../support/world.ts'

let close: () => Promise<void> = async () => undefined
afterEach(() => close())

function closing<W extends PushWorld>(world: W): W {
  close = world.close
  return world
}

const owner = '005000000000001AAA'
const partner: FieldInput = { name: 'Partner__c', type: 'reference', referenceTo: ['User'] }
const mail: FieldInput = { name: 'Mail__c', type: 'email' }

async function orgWith(more: readonly FieldInput[], rows: readonly string[]) {
  const fields = { Account: [...keyFields.Account, ...more] }
  const world = closing(await createSalesforceWorld({ state: { fields } }))
  await world.sql(
    'create table accounts (id bigint, account_key varchar, name varchar, city varchar)',
    `insert into accounts values ${rows.join(', ')}`,
  )
  return world
}

describe('a key that Salesforce tells apart without case', () => {
  const twins = [`(1, 'a-1', 'First', 'Rome')`, `(2, 'A-1', 'Second', 'Oslo')`]

  it('collides with its other spelling when the plan is made, and neither row is sent', async () => {
    const world = await orgWith([], twins)
    const report = await world.run(accountSync())
    expect(report).toMatchObject({
      outcomes: { delivered: 0, rejected: 2 },
      reasons: { 'rejected match.collision': 2 },
    })
    expect(world.salesforce.log()).toEqual([])
  })

  it('collides with the spelling that another row has in the baseline', async () => {
    const world = await orgWith([], [twins[0] ?? ''])
    await world.run(accountSync())
    await world.sql(`insert into accounts values ${twins[1]}`)
    const report = await world.run(accountSync())
    expect(report.reasons).toMatchObject({ 'rejected match.collision': 1 })
  })

  it('reaches Salesforce as the model spells it', async () => {
    const world = await orgWith([], [`(1, 'Ab-1', 'First', 'Rome')`])
    await world.run(accountSync())
    const [record] = world.salesforce.dump().state.records['Account'] ?? []
    expect(record?.values).toMatchObject({ Account_Key__c: 'Ab-1' })
  })

  it('passes from one record to the other with its capitals', async () => {
    const world = await orgWith([], [`(1, 'A-1', 'One', 'Rome')`, `(2, 'B-2', 'Two', 'Rome')`])
    await world.run(accountSync())
    await world.sql(`update accounts set account_key = case id when 1 then 'b-2' else 'A-1' end`)
    expect((await world.run(accountSync())).outcomes).toMatchObject({ delivered: 2 })
    const records = world.salesforce.dump().state.records['Account'] ?? []
    const keys = records.map(({ values }) => [values['Name'], values['Account_Key__c']])
    expect(Object.fromEntries(keys)).toEqual({ One: 'b-2', Two: 'A-1' })
  })

  it('erases the person whichever way it is given', async () => {
    const world = await orgWith([], [`(1, 'Planted-1', 'First', 'Rome')`])
    await world.run(accountSync())
    const erasure = await world.push(
      (collaborators, lease) => erase(collaborators, lease, { matchValue: ' pLANTED-1' }, false),
      accountSync(),
    )
    expect(erasure).toMatchObject({ baseline: 1, operations: 1 })
  })

  it('is two keys where an administrator made the field tell case apart', async () => {
    const [key] = keyFields.Account
    if (key === undefined) throw new Error('accounts have a key')
    const sensitive = { ...key, name: 'Exact__c', caseSensitive: true }
    const world = await orgWith([sensitive], twins)
    const sync = accountSync({ match: { field: 'Exact__c', column: 'account_key' } })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2 })
    const erasure = await world.push(
      (collaborators, lease) => erase(collaborators, lease, { matchValue: 'A-1' }, false),
      sync,
    )
    expect(erasure).toMatchObject({ baseline: 1 })
  })
})

describe('a custom field of Salesforce', () => {
  it.each([
    [partner, owner.slice(0, 15), owner],
    [mail, ' Ann@Example.com', 'ann@example.com'],
  ])('of $type holds what the model spells in another way', async (more, given, held) => {
    const world = await orgWith([more], [`(1, 'A-1', 'First', '${given}')`])
    world.salesforce.edit({
      kind: 'create',
      object: 'Account',
      values: { Name: 'First', Account_Key__c: 'A-1', [more.name]: held },
    })
    const sync = accountSync({ fields: [field('Name', 'name'), field(more.name, 'city')] })
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 1 })
  })
})

describe('a telephone number in a field of the account’s own in HubSpot', () => {
  it('is held, however the model writes it', async () => {
    const hotline = { name: 'hot_line', type: 'string', fieldType: 'phonenumber' } as const
    const world = closing(await createWorld({ state: { properties: { contacts: [hotline] } } }))
    await world.sql(
      'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
      `insert into customers values (1, 'a@x.com', 'Ann', '+49 (30) 123-45')`,
    )
    const sync = contactSync({ fields: [field('hot_line', 'city')] })
    world.hubspot.edit({
      kind: 'create',
      object: 'contacts',
      properties: { email: 'a@x.com', hot_line: '+493012345' },
    })
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 1 })
  })
})

describe('a name that HubSpot’s search finds whatever its case', () => {
  it('collides with its other spelling when the plan is made', async () => {
    const key = {
      name: 'syncline_key',
      type: 'string',
      fieldType: 'text',
      hasUniqueValue: true,
    } as const
    const world = closing(await createWorld({ state: { properties: { companies: [key] } } }))
    await world.sql(
      'create table customers (id bigint, name varchar, city varchar)',
      `insert into customers values (1, 'Acme', 'Rome'), (2, ' ACME', 'Oslo')`,
    )
    const sync = contactSync({
      object: 'companies',
      match: { field: 'name', column: 'name' },
      fields: [field('city', 'city')],
    })
    expect((await world.run(sync)).reasons).toMatchObject({ 'rejected match.collision': 2 })
  })
})
