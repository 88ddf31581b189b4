/** Where the crash matrix plays: a CRM with some records in it, and a process of few records at a time. */
import type { Collaborators } from '../../src/engine/context.ts'
import { noLimits } from '../../src/simulator/salesforce/request/api-limits.ts'
import type { SimRequest } from '../../src/simulator/exchange.ts'
import type { CrmHistory } from '../support/crm-history.ts'
import { hubspotHistory } from '../support/hubspot-history.ts'
import { salesforceHistory } from '../support/salesforce-history.ts'
import { createSalesforceWorld } from '../support/salesforce-world.ts'
import type { Host } from '../support/host.ts'
import { createWorld, type PushWorld, type PushWorldOptions, type World } from '../support/world.ts'
import type { Links } from './judge-links.ts'
import type { Scenario } from './scenario.ts'

export interface Site {
  readonly world: PushWorld
  /** Brings a request to the CRM that no process made. */
  handle(request: SimRequest): unknown
  history(): CrmHistory
  links(): Links
  /** Everything that the CRM holds and has seen. */
  dump(): unknown
}

/** `others` for a history that goes on from another world's. */
export function openSite(
  { crm }: Scenario,
  host: Host,
  name: string,
  others: Pick<PushWorldOptions, 'runsBefore' | 'listen'>,
): Promise<Site> {
  return sites[crm]({ ...others, on: { host, name }, random: () => 0.5 })
}

const sites = { hubspot: hubspotSite, salesforce: salesforceSite } as const

async function hubspotSite(options: PushWorldOptions): Promise<Site> {
  // The index lags so far behind the writes that no lookup by search would see them.
  const world = await createWorld({ ...options, searchLagMs: 5_000 })
  const { hubspot } = world
  seedPortal(hubspot)
  return {
    world,
    handle: (request) => hubspot.handle(request),
    history: () => hubspotHistory(hubspot.dump()),
    links: () => townsOf(hubspot),
    dump: () => hubspot.dump(),
  }
}

async function salesforceSite(options: PushWorldOptions): Promise<Site> {
  const world = await createSalesforceWorld({ ...options, limits: noLimits, bulkBatchMs: 2_000 })
  const { salesforce } = world
  const account = (key: string, name: string, city: string) => ({
    values: { Account_Key__c: key, Name: name, BillingCity: city },
  })
  salesforce.seed({
    records: {
      Account: [
        account('seeded@x.com', 'Eve', 'Typed'),
        account('other@x.com', 'Zoe', 'Lima'),
        account('Rome', 'Rome Ltd', 'Rome'),
        account('Oslo', 'Oslo Ltd', 'Oslo'),
      ],
    },
  })
  const parent = {
    field: 'Parent.Account_Key__c',
    reference: 'ParentId',
    object: 'Account',
    key: 'Account_Key__c',
  }
  const object = { name: 'Account', keyField: 'Name', keys: ['Account_Key__c'], parent }
  return {
    world,
    handle: (request) => salesforce.handle(request),
    history: () => salesforceHistory(salesforce.dump(), object),
    links: () => new Map(),
    dump: () => salesforce.dump(),
  }
}

/** Records that are in HubSpot before the first run. */
export function seedPortal(hubspot: World['hubspot']): void {
  const town = { name: 'town', label: 'Town', type: 'string', fieldType: 'text' } as const
  hubspot.seed({
    owners: [{ id: '77', email: 'owner@x.com' }],
    properties: { companies: [{ ...town, groupName: 'g', hasUniqueValue: true }] },
    records: {
      companies: ['Rome', 'Oslo', 'Nice'].map((each, at) => ({
        id: `800${at}`,
        properties: { name: each, town: each },
      })),
      contacts: [
        { id: '9001', properties: { email: 'seeded@x.com', firstname: 'Eve', city: 'Typed' } },
        { id: '9002', properties: { email: 'other@x.com', firstname: 'Zoe', lastname: 'k2' } },
        { id: '9003', properties: { email: 'third@x.com', lastname: 'k7', city: 'Lima' } },
      ],
    },
  })
}

/** The towns of the companies that contacts lead to. */
function townsOf(hubspot: World['hubspot']): Links {
  const { associations, records } = hubspot.dump().state
  const towns = new Map(
    (records['0-2'] ?? []).map(({ id, properties }) => [id, properties['town'] ?? '']),
  )
  const links = new Map<string, string[]>()
  for (const { from, to } of associations) {
    const [contact, company] = from.object === '0-1' ? [from, to] : [to, from]
    const found = [...(links.get(contact.id) ?? []), towns.get(company.id) ?? '']
    links.set(contact.id, [...new Set(found)].toSorted())
  }
  return links
}

/** Few rows in several batches, one after the other, so that each recording gives the same edges. */
export function smallBatches(base: Collaborators): Collaborators {
  const { connector } = base
  const pages = { read: 3, create: 2, update: 2, upsert: 2, delete: 2 }
  const bulk = connector.bulk === null ? null : { ...connector.bulk, rows: 4 }
  return { ...base, connector: { ...connector, pages, bulk }, concurrency: 1 }
}
