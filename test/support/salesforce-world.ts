/** A whole push in one process against the local Salesforce. */
import { createBudgetBook } from '../../src/connector/http/budget-book.ts'
import { salesforce as connector } from '../../src/connector/salesforce/connector.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { createSalesforce, localApp } from '../../src/simulator/salesforce/salesforce.ts'
import type {
  SalesforceOptions,
  SalesforceSimulator,
} from '../../src/simulator/salesforce/simulator.ts'
import { createFlowingClock } from './flowing-clock.ts'
import { simulatedTransport } from './simulated-transport.ts'
import {
  contactSync,
  createPushWorld,
  epoch,
  field,
  type PushWorld,
  type PushWorldOptions,
} from './world.ts'

export interface SalesforceWorld extends PushWorld {
  readonly salesforce: SalesforceSimulator
}

const key = { type: 'string', length: 40, externalId: true, unique: true } as const

/** Unique external ids of accounts and opportunities. */
export const keyFields = {
  Account: [{ ...key, name: 'Account_Key__c' }],
  Opportunity: [{ ...key, name: 'Deal_Key__c' }],
}

export async function createSalesforceWorld(
  options: SalesforceOptions & PushWorldOptions = {},
  connection: Readonly<Record<string, unknown>> = {},
): Promise<SalesforceWorld> {
  const clock = createFlowingClock(epoch, options.turns)
  const state = { ...options.state, fields: { ...keyFields, ...options.state?.fields } }
  const salesforce = createSalesforce({ ...options, state, now: clock.now })
  const random = options.random ?? Math.random
  const given = {
    login_url: 'http://localhost',
    client_credentials: { client_id: localApp.clientId, client_secret: localApp.clientSecret },
    ...connection,
  }
  const world = await createPushWorld({ ...options, random }, clock, {
    connector,
    open: () =>
      connector.open(connector.options.parse(given), {
        clock,
        random,
        transport: simulatedTransport(salesforce, clock, options.listen),
        budgets: createBudgetBook(clock),
      }),
    calls: () => salesforce.calls(),
  })
  return { ...world, salesforce }
}

/** A push of accounts with every default, changed where the test says so. */
export function accountSync(changes: Partial<PushSync> = {}): PushSync {
  return contactSync({
    name: 'accounts',
    place: { file: 'syncs/accounts.yaml' },
    model: { kind: 'table', schema: null, table: 'accounts' },
    crm: 'salesforce',
    object: 'Account',
    match: { field: 'Account_Key__c', column: 'account_key' },
    fields: [field('Name', 'name'), field('BillingCity', 'city')],
    ...changes,
  })
}

/** A push of opportunities, each to the account that its row names. */
export function opportunitySync(changes: Partial<PushSync> = {}): PushSync {
  return contactSync({
    name: 'opportunities',
    place: { file: 'syncs/opportunities.yaml' },
    model: { kind: 'table', schema: null, table: 'deals' },
    crm: 'salesforce',
    object: 'Opportunity',
    match: { field: 'Deal_Key__c', column: 'deal_key' },
    fields: [
      field('Name', 'name'),
      field('StageName', 'stage'),
      field('CloseDate', 'closes_on'),
      field('Amount', 'amount'),
      field('Account.Account_Key__c', 'account_key'),
    ],
    ...changes,
  })
}
