/** What a CRM allows, and what our last run asked of it. */
import type { Connection } from '../config/project.ts'
import type { RateLimit } from '../connector/connector.ts'
import { callsSince, type EndpointCount } from './call-counts.ts'
import { ofCrm } from './crm-failure.ts'
import type { Workspace } from './workspace.ts'

export interface ConnectionLimits {
  readonly connection: string
  readonly account: { readonly id: string; readonly name: string }
  /** As the vendor documents them for the smallest tier; answers raise them at run time. */
  readonly limits: readonly RateLimit[]
  /** What this look itself took. */
  readonly calls: readonly EndpointCount[]
}

export async function connectionLimits(
  workspace: Workspace,
  { name }: Connection,
): Promise<ConnectionLimits> {
  const { connector, crm } = await workspace.crm(name)
  const before = crm.calls()
  const { id, name: label } = await ofCrm(workspace, name, crm.account())
  return {
    connection: name,
    account: { id, name: label },
    limits: connector.limits,
    calls: callsSince(before, crm.calls()),
  }
}
