/** What Salesforce must hold for the CRM sales files, and what it does hold, in the same words. */
import type { RecordState, SalesforceDump } from '../../../src/simulator/salesforce/state.ts'
import { accountFacts, type OpportunityFacts, opportunityFacts } from './facts.ts'
import type { Files } from './files.ts'
import { byKey, filled, type Holding } from './records.ts'

/** Nobody says whose an account is, so it belongs to who made it. */
const administrator = 'Local Admin'

export function expectedOf(files: Files): Holding {
  const accounts = accountFacts(files).map((account) =>
    filled({
      Account_Key__c: account.key,
      Name: account.name,
      AnnualRevenue: account.revenue,
      NumberOfEmployees: account.employees,
      Won_Revenue__c: account.won,
      Open_Pipeline__c: account.open,
      Win_Rate__c: account.winRate,
      owner: administrator,
    }),
  )
  return {
    accounts: byKey(accounts, 'Account_Key__c'),
    opportunities: byKey(opportunityFacts(files).map(opportunity), 'Opportunity_Key__c'),
  }
}

const stages: Readonly<Record<string, string>> = {
  In_Progress: 'Qualification',
  Won: 'Closed Won',
  Lost: 'Closed Lost',
}

function opportunity({ id, name, stage, closed, opened, agent, ...fact }: OpportunityFacts) {
  const expected = stage === 'In_Progress' && closed === '' ? `${opened.slice(0, 4)}-12-31` : closed
  return filled({
    Opportunity_Key__c: id,
    Name: name,
    StageName: stages[stage] ?? stage,
    Amount: fact.amount,
    CloseDate: expected,
    Opened_On__c: opened,
    Product__c: fact.product,
    owner: agent,
    account: fact.account,
  })
}

/** What the CRM holds, with ids replaced by the names they stand for. */
export function heldIn({ state }: SalesforceDump): Holding {
  const recordsOf = (object: string): readonly RecordState[] =>
    (state.records[object] ?? []).filter(({ deletedAt = null }) => deletedAt === null)
  const owners = new Map(
    recordsOf('User').map(({ id, values }) => [
      id,
      `${String(values['FirstName'])} ${String(values['LastName'])}`,
    ]),
  )
  const keys = new Map(
    recordsOf('Account').map(({ id, values }) => [id, String(values['Account_Key__c'])]),
  )
  const shown = ({ values }: RecordState): Record<string, string> => {
    const { OwnerId: owner, AccountId: account, ...rest } = values
    const texts = Object.entries(rest).map(([name, value]) => [name, String(value ?? '')] as const)
    return filled({
      ...Object.fromEntries(texts),
      owner: nameOf(owners, owner),
      account: nameOf(keys, account),
    })
  }
  return {
    accounts: byKey(recordsOf('Account').map(shown), 'Account_Key__c'),
    opportunities: byKey(recordsOf('Opportunity').map(shown), 'Opportunity_Key__c'),
  }
}

function nameOf(
  names: ReadonlyMap<string | undefined, string>,
  id: RecordState['values'][string] | undefined,
): string {
  if (id === undefined || id === null) return ''
  return names.get(String(id)) ?? `unknown ${String(id)}`
}
