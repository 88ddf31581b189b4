/** A ring of match values that the CRM tells apart without case, in a run that is cut short. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Collaborators } from '../../src/engine/context.ts'
import { Crash } from '../support/crashing.ts'
import {
  accountSync,
  createSalesforceWorld,
  type SalesforceWorld,
} from '../support/salesforce-world.ts'

let world: SalesforceWorld

beforeEach(async () => {
  world = await createSalesforceWorld()
  await world.sql(
    'create table accounts (id bigint, account_key varchar, name varchar, city varchar)',
    `insert into accounts values (1, 'A-1', 'One', 'Rome'), (2, 'B-2', 'Two', 'Rome')`,
  )
})
afterEach(() => world.close())

/** Dies at the update after the one that clears a match value. */
const diesAfterRelease = (base: Collaborators): Collaborators => {
  let updates = 0
  const update: typeof base.crm.update = (inputs, options) => {
    updates += 1
    if (updates > 1) throw new Crash('crm.update before')
    return base.crm.update(inputs, options)
  }
  return { ...base, crm: { ...base.crm, update } }
}

it('gives a record whose row left the model the key that it was to get, with its capitals', async () => {
  await world.run(accountSync())
  await world.sql(`update accounts set account_key = case id when 1 then 'B-2' else 'A-1' end`)
  await expect(world.run(accountSync(), {}, diesAfterRelease)).rejects.toThrow('died')
  const records = () => world.salesforce.dump().state.records['Account'] ?? []
  const keyless = records().find(({ values }) => (values['Account_Key__c'] ?? null) === null)
  const left = keyless?.values['Name'] === 'One' ? 1 : 2
  await world.sql(`delete from accounts where id = ${left}`)
  await world.run(accountSync())
  const keys = records().map(({ values }) => [values['Name'], values['Account_Key__c']])
  expect(Object.fromEntries(keys)).toEqual({ One: 'B-2', Two: 'A-1' })
})
