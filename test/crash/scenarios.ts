/**
 * The histories that the crash matrix kills: few rows, small batches, and between them every kind of
 * operation and every way a push ends.
 */
import type { PushSync } from '../../src/model/sync.ts'
import { contactSync, field, type World } from '../support/world.ts'

export interface Scenario {
  readonly name: string
  readonly sync: Partial<PushSync>
  /** What stands before the run that is killed. */
  readonly before: readonly Step[]
  /** What the killed run finds new. */
  readonly change: readonly string[]
  readonly options?: { readonly first: boolean }
  /** What is wrong with the sync of the killed run. */
  readonly during?: Partial<PushSync>
  /** Edges at whose last passing a first death is followed by a second one in recovery. */
  readonly deaths: readonly string[]
  /** What makes the model right again, where the killed run would fail by itself. */
  readonly repair?: readonly string[]
}

/** SQL, then perhaps a run. */
export interface Step {
  readonly sql: readonly string[]
  readonly run: boolean
}

export const modelTable =
  'create table customers (id bigint, email varchar, first_name varchar, city varchar, key_text varchar)'

const nineRows = `insert into customers values
  (1, 'a@x.com', 'Ann', 'Rome', 'k1'), (2, 'b@x.com', 'Bob', 'Oslo', 'k2'),
  (3, 'c@x.com', 'Cid', null, 'k3'), (4, ' D@X.com ', 'Dan', 'Bern', 'k4'),
  (5, 'seeded@x.com', 'Eve', 'Kyiv', 'k5'), (6, 'no address', 'Fay', 'Graz', 'k6'),
  (7, 'g@x.com', 'Gil', 'Lima', 'k7'), (8, 'h@x.com', 'Hal', 'Kiel', 'k8'),
  (8, 'i@x.com', 'Ida', 'Lodz', 'k9')`

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

const filled: Step = { sql: [nineRows], run: true }

export const scenarios: readonly Scenario[] = [
  {
    name: 'create',
    sync: {},
    before: [],
    deaths: ['crm.create after', 'warehouse.execute merge before', 'warehouse.execute merge after'],
    change: [nineRows],
  },
  {
    name: 'update',
    sync: { removedRows: 'clear' },
    before: [filled],
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
    sync: { removedRows: 'archive' },
    before: [filled, { sql: ['delete from customers where id = 1'], run: true }],
    deaths: ['crm.delete after', 'ledger.recordSending after'],
    change: [
      `delete from customers where id in (2, 3, 4)`,
      `insert into customers values (1, 'a@x.com', 'Ann', 'Rome', 'k1')`,
      `update customers set city = 'Nice' where id = 7`,
    ],
  },
  {
    name: 'upsert without a look',
    sync: { readBefore: false, fields: [...fields, owned] },
    before: [],
    deaths: ['crm.upsert after'],
    change: [nineRows],
  },
  {
    name: 'update of records found by search',
    sync: { mode: 'update', match: { field: 'lastname', column: 'key_text' } },
    before: [],
    deaths: ['crm.update before'],
    change: [nineRows],
  },
  {
    name: 'guard',
    sync: {},
    before: [],
    deaths: ['ledger.transition planned/guard_refused before'],
    change: [nineRows],
    options: { first: false },
  },
  {
    name: 'wrong model',
    sync: {},
    before: [filled],
    deaths: ['ledger.transition planning/failure before'],
    change: ['alter table customers drop column city'],
    repair: [`alter table customers add column city varchar`, `update customers set city = 'Cork'`],
  },
  {
    name: 'wrong object',
    sync: {},
    before: [filled],
    deaths: [],
    change: [`update customers set city = 'Cork'`],
    during: { object: 'contactz' },
    repair: [],
  },
]

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`no scenario is called ${name}`)
  return found
}

export function scenarioSync(scenario: Scenario, name: string): PushSync {
  return contactSync({
    name,
    model: { kind: 'table', schema: name, table: 'customers' },
    fields,
    ...scenario.sync,
  })
}

/** Records that are in the CRM before the first run. */
export function seedPortal(hubspot: World['hubspot']): void {
  hubspot.seed({
    owners: [{ id: '77', email: 'owner@x.com' }],
    records: {
      contacts: [
        { id: '9001', properties: { email: 'seeded@x.com', firstname: 'Eve', city: 'Typed' } },
        { id: '9002', properties: { email: 'other@x.com', firstname: 'Zoe', lastname: 'k2' } },
        { id: '9003', properties: { email: 'third@x.com', lastname: 'k7', city: 'Lima' } },
      ],
    },
  })
}
