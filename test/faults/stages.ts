/** The CRMs that schedules are played against. */
import { hubspotStage } from './hubspot-stage.ts'
import { salesforceStage } from './salesforce-stage.ts'
import type { Stage } from './stage.ts'

export const stages = { hubspot: hubspotStage, salesforce: salesforceStage } as const
export type CrmName = keyof typeof stages

export function stageNamed(name: CrmName): Stage {
  return stages[name]
}

export function isCrmName(name: string): name is CrmName {
  return name in stages
}
