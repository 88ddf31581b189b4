/** What HubSpot must hold for the CRM sales files, and what it does hold, in the same words. */
import type { HubSpotDump } from '../../../src/simulator/hubspot/state.ts'
import { accountFacts, type OpportunityFacts, opportunityFacts } from './facts.ts'
import type { Files } from './files.ts'
import { byKey, filled, type Holding } from './records.ts'

export function expectedOf(files: Files): Holding {
  const accounts = accountFacts(files).map((account) =>
    filled({
      account_key: account.key,
      name: account.name,
      annualrevenue: account.revenue,
      numberofemployees: account.employees,
      won_revenue: account.won,
      open_pipeline: account.open,
      win_rate: account.winRate,
    }),
  )
  return {
    accounts: byKey(accounts, 'account_key'),
    opportunities: byKey(opportunityFacts(files).map(deal), 'opportunity_id'),
  }
}

const stageLabels: Readonly<Record<string, string>> = {
  In_Progress: 'In progress',
  Won: 'Closed Won',
  Lost: 'Closed Lost',
}

function deal({ id, name, stage, closed, opened, agent, ...fact }: OpportunityFacts) {
  return filled({
    opportunity_id: id,
    dealname: name,
    pipeline: 'Product sales',
    dealstage: stageLabels[stage] ?? stage,
    amount: fact.amount,
    closedate: closed === '' ? '' : `${closed}T00:00:00.000Z`,
    opened_on: opened,
    product: fact.product,
    owner: agent,
    account: fact.account,
  })
}

/** The id of HubSpot's own primary association from a deal to a company. */
const primaryCompany = 5

/** What the CRM holds, with ids replaced by the names they stand for. */
export function heldIn({ state }: HubSpotDump): Holding {
  const owners = new Map(
    state.owners.map((owner) => [owner.id, `${owner.firstName} ${owner.lastName}`]),
  )
  const pipelines = state.pipelines['0-3'] ?? []
  const companies = new Map(
    (state.records['0-2'] ?? []).map(({ id, properties }) => [id, own(properties)]),
  )
  const companyOf = new Map<string, string[]>()
  for (const { from, to, typeIds } of state.associations) {
    if (from.object !== '0-3' || to.object !== '0-2') continue
    const name = companies.get(to.id)?.['account_key'] ?? `unknown ${to.id}`
    const primary = typeIds?.includes(primaryCompany) === true ? name : `not primary: ${name}`
    companyOf.set(from.id, [...(companyOf.get(from.id) ?? []), primary])
  }
  const deals = (state.records['0-3'] ?? []).map(({ id, properties }) => {
    const { hubspot_owner_id: owner, pipeline, dealstage, ...rest } = own(properties)
    const found = pipelines.find((one) => one.id === pipeline)
    return filled({
      ...rest,
      pipeline: found?.label ?? `unknown ${pipeline}`,
      dealstage: found?.stages.find((stage) => stage.id === dealstage)?.label ?? 'unknown',
      owner: owner === undefined ? '' : (owners.get(owner) ?? `unknown ${owner}`),
      account: (companyOf.get(id ?? '') ?? []).join(' and '),
    })
  })
  return {
    accounts: byKey([...companies.values()], 'account_key'),
    opportunities: byKey(deals, 'opportunity_id'),
  }
}

export function isCalculated(property: string): boolean {
  return /^(hs_|num_)/.test(property)
}

/** Without what HubSpot calculates. */
function own(properties: Readonly<Record<string, string | null>>): Record<string, string> {
  const kept = Object.entries(properties).filter(([name]) => !isCalculated(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']))
}
