/**
 * The histories that the crash matrix kills: few rows, small batches, and between them every kind of
 * operation and every way a push ends.
 */
import type { PushSync } from '../../src/model/sync.ts'
import { accountSync } from '../support/salesforce-world.ts'
import { contactSync } from '../support/world.ts'
import { hubspotScenarios } from './hubspot-scenarios.ts'
import { salesforceScenarios } from './salesforce-scenarios.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: readonly Scenario[] = [...hubspotScenarios, ...salesforceScenarios]

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`no scenario is called ${name}`)
  return found
}

const syncs = { hubspot: contactSync, salesforce: accountSync } as const

export function scenarioSync({ crm, sync }: Scenario, name: string): PushSync {
  const model = { kind: 'table', schema: name, table: 'customers' } as const
  return syncs[crm]({ name, model, ...sync })
}
