/** Deals with companies: what associations are tried with. */
import type { PushSync } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from './world.ts'

/** Deals found by a unique property, each with the company that its account names. */
export function dealSync(changes: Partial<PushSync> = {}): PushSync {
  return contactSync({
    name: 'deals',
    object: 'deals',
    model: { kind: 'table', schema: null, table: 'opportunities' },
    match: { field: 'deal_key', column: 'id' },
    fields: [field('dealname', 'name'), field('dealstage', 'stage')],
    associations: [
      {
        to: 'companies',
        match: { field: 'account_key', column: 'account' },
        label: null,
        ifMissing: 'defer',
      },
    ],
    ...changes,
  })
}

const unique = { type: 'string', fieldType: 'text', groupName: 'g', hasUniqueValue: true } as const

/** Deals d1 of acme and d2 of bolt in the warehouse; in HubSpot the companies 501 acme and 502 bolt. */
export async function createDealWorld(): Promise<World> {
  const world = await createWorld({
    state: {
      properties: {
        companies: [{ ...unique, name: 'account_key', label: 'Account key' }],
        deals: [{ ...unique, name: 'deal_key', label: 'Deal key' }],
      },
      records: {
        companies: [
          { id: '501', properties: { name: 'Acme', account_key: 'acme' } },
          { id: '502', properties: { name: 'Bolt', account_key: 'bolt' } },
        ],
      },
    },
  })
  await world.sql(
    'create table opportunities (id varchar, name varchar, stage varchar, account varchar)',
    `insert into opportunities values ('d1', 'One', 'appointmentscheduled', 'acme'), ('d2', 'Two', 'appointmentscheduled', 'bolt')`,
  )
  return world
}

/** Company ids by deal key. */
export function companiesOf({ hubspot }: World): Record<string, readonly string[]> {
  const { state } = hubspot.dump()
  const deals = new Map(
    (state.records?.['0-3'] ?? []).map((deal) => [deal.id, deal.properties['deal_key'] ?? '']),
  )
  const found: Record<string, string[]> = {}
  for (const { from, to } of state.associations ?? []) {
    const [deal, company] = from.object === '0-3' ? [from, to] : [to, from]
    const key = deals.get(deal.id)
    if (key === undefined || company.object !== '0-2') continue
    found[key] = [...new Set([...(found[key] ?? []), company.id])]
  }
  return found
}
