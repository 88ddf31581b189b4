/** Pushes of accounts to Salesforce, by requests and by jobs. */
import { field } from '../support/world.ts'
import { filled, nineRows } from './model.ts'
import type { Scenario } from './scenario.ts'

const common = {
  match: { field: 'Account_Key__c', column: 'email' },
  fields: [
    // Names the key that a record was created for.
    field('Name', 'key_text'),
    field('AccountNumber', 'first_name'),
    field('BillingCity', 'city'),
  ],
}

/** Each account below another one, which is named by its external id. */
const below = { ...common, fields: [...common.fields, field('Parent.Account_Key__c', 'city')] }

/** There are parents of these names; nobody else has one but whose city is Bern, which names none. */
const withoutParent = `update customers set city = null where city not in ('Rome', 'Oslo', 'Bern')`

/** To another parent, to none, from none to one, and to one that is there. */
const otherParents = `update customers set city = case id when 1 then 'Oslo' when 2 then null else 'Rome' end where id < 5`

export const salesforceScenarios: readonly Scenario[] = [
  {
    name: 'salesforce create',
    crm: 'salesforce',
    sync: common,
    before: [],
    deaths: ['crm.create after'],
    change: [nineRows],
  },
  {
    name: 'salesforce update and delete',
    crm: 'salesforce',
    sync: { ...common, removedRows: 'delete' },
    before: [filled],
    deaths: ['crm.update after', 'crm.delete after'],
    change: [
      // The swap takes a key from its record before another gets it.
      `update customers set email = case id when 1 then 'b@x.com' else 'a@x.com' end where id < 3`,
      `update customers set city = 'Nice' where id in (3, 5)`,
      `update customers set first_name = null where id = 7`,
      `delete from customers where id = 4`,
    ],
  },
  {
    name: 'salesforce jobs that create',
    crm: 'salesforce',
    sync: { ...common, bulkFrom: 3 },
    before: [],
    deaths: ['bulk.start after', 'bulk.results after'],
    change: [nineRows],
  },
  {
    name: 'salesforce jobs that update and delete',
    crm: 'salesforce',
    sync: { ...common, removedRows: 'delete', bulkFrom: 3 },
    before: [filled],
    deaths: ['bulk.start after', 'ledger.recordJob after'],
    change: [
      `update customers set city = 'Nice' where id in (1, 5, 7)`,
      `delete from customers where id in (2, 3, 4)`,
    ],
  },
  {
    name: 'salesforce upsert of children',
    crm: 'salesforce',
    sync: { ...below, readBefore: false },
    before: [],
    deaths: ['crm.upsert after'],
    change: [nineRows, withoutParent],
    after: [otherParents],
  },
  {
    name: 'salesforce change of parents',
    crm: 'salesforce',
    sync: below,
    before: [{ sql: [nineRows, withoutParent], run: true }],
    deaths: ['crm.update after'],
    change: [otherParents],
    after: [`update customers set city = 'Oslo' where id in (2, 3)`],
  },
  {
    name: 'salesforce jobs that upsert children',
    crm: 'salesforce',
    sync: { ...below, readBefore: false, bulkFrom: 3 },
    before: [],
    deaths: ['bulk.start after', 'bulk.results after'],
    change: [nineRows, withoutParent],
    after: [otherParents],
  },
]
