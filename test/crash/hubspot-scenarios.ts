/** Pushes of contacts to HubSpot, with every way a push ends. */
import { contactSync, field } from '../support/world.ts'
import { filled, nineRows } from './model.ts'
import type { Scenario } from './scenario.ts'

const fields = [
  field('firstname', 'first_name'),
  field('city', 'city'),
  // Names the key that a record was created for.
  field('jobtitle', 'key_text'),
]

const owned = field('hubspot_owner_id', '', {
  source: { from: 'constant', value: 'owner@x.com' },
  lookup: 'owners.email',
})

/** The company of a customer's town. */
const home = {
  to: 'companies',
  match: { field: 'town', column: 'city' },
  label: null,
  ifMissing: 'reject',
} as const

/** Of the others there is no company. */
const withoutTown = [`update customers set city = null where city not in ('Rome', 'Oslo')`]

export const hubspotScenarios: readonly Scenario[] = [
  {
    name: 'create',
    crm: 'hubspot',
    // Its warehouse is new: records may have keys of its former name.
    sync: { fields, renamedFrom: 'former' },
    before: [],
    deaths: ['crm.create after', 'warehouse.execute merge before', 'warehouse.execute merge after'],
    change: [nineRows],
  },
  {
    name: 'update',
    crm: 'hubspot',
    sync: { fields, removedRows: 'clear' },
    before: [filled],
    hasErased: true,
    deaths: ['crm.update after', 'warehouse.execute merge after'],
    change: [
      `update customers set email = case id when 1 then 'b@x.com' else 'a@x.com' end where id < 3`,
      `update customers set city = 'Nice' where id in (1, 3, 5)`,
      `update customers set first_name = null where id = 7`,
      `delete from customers where id = 4`,
    ],
  },
  {
    name: 'delete',
    crm: 'hubspot',
    sync: { fields, removedRows: 'archive' },
    before: [filled, { sql: ['delete from customers where id = 1'], run: true }],
    deaths: ['crm.delete after', 'ledger.recordSending after'],
    change: [
      `delete from customers where id in (2, 3, 4)`,
      `insert into customers values (1, 'a@x.com', 'Ann', 'Rome', 'k1')`,
      `update customers set city = 'Nice' where id = 7`,
    ],
  },
  {
    name: 'associations',
    crm: 'hubspot',
    sync: {
      fields: [...fields, field('lastname', 'city')],
      associations: [home, { ...home, label: 'Primary' }],
      removedRows: 'clear',
      guards: { ...contactSync().guards, maxClears: { rows: 20 } },
    },
    before: [{ sql: [nineRows, ...withoutTown], run: true }],
    deaths: ['associations.remove after', 'associations.add after'],
    change: [
      `update customers set city = case city when 'Rome' then 'Oslo' else 'Rome' end where id < 3`,
      `update customers set city = 'Nice' where id in (3, 4)`,
    ],
    after: [
      `update customers set city = 'Nice' where id = 1`,
      `update customers set city = null where id = 2`,
      `delete from customers where id = 3`,
    ],
  },
  {
    name: 'associations without a look',
    crm: 'hubspot',
    sync: { fields, associations: [home], readBefore: false },
    before: [],
    deaths: ['associations.add after'],
    change: [nineRows, ...withoutTown],
    after: [`update customers set city = 'Nice' where id < 3`],
  },
  {
    name: 'upsert without a look',
    crm: 'hubspot',
    sync: { readBefore: false, fields: [...fields, owned] },
    before: [],
    deaths: ['crm.upsert after'],
    change: [nineRows],
  },
  {
    name: 'update of records found by search',
    crm: 'hubspot',
    sync: { fields, mode: 'update', match: { field: 'lastname', column: 'key_text' } },
    before: [],
    deaths: ['crm.update before'],
    change: [nineRows],
  },
  {
    name: 'guard',
    crm: 'hubspot',
    sync: { fields },
    before: [],
    deaths: ['ledger.transition planned/guard_refused before'],
    change: [nineRows],
    options: { first: false },
  },
  {
    name: 'wrong model',
    crm: 'hubspot',
    sync: { fields },
    before: [filled],
    deaths: ['ledger.transition planning/failure before'],
    change: ['alter table customers drop column city'],
    repair: [`alter table customers add column city varchar`, `update customers set city = 'Cork'`],
  },
  {
    name: 'wrong object',
    crm: 'hubspot',
    sync: { fields },
    before: [filled],
    deaths: [],
    change: [`update customers set city = 'Cork'`],
    during: { object: 'contactz' },
    repair: [],
  },
]
