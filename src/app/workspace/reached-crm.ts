/** A CRM connection as far as it is the same whether it is pushed to or pulled from. */
import type { Connection } from '../../config/project.ts'
import type { Crm, RateLimit } from '../../connector/connector.ts'
import type { Workspace } from './workspace.ts'

export interface ReachedCrm {
  readonly limits: readonly RateLimit[]
  readonly crm: Pick<Crm, 'account' | 'calls' | 'usage'>
}

export async function reachedCrm(
  workspace: Workspace,
  { name, syncTypes }: Connection,
): Promise<ReachedCrm> {
  if (syncTypes.includes('push')) {
    const { connector, crm } = await workspace.crm(name)
    return { limits: connector.limits, crm }
  }
  const { source, reader } = await workspace.source(name)
  return { limits: source.limits, crm: reader }
}
