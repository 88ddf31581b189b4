/** A CRM connection as far as it is the same whether it is pushed to or pulled from. */
import type { Connection } from '../../config/project.ts'
import type { Crm, RateLimit } from '../../connector/connector.ts'
import type { Workspace } from './workspace.ts'

export interface ReachedCrm {
  /** As the vendor documents them for whoever has the least. */
  readonly declared: readonly RateLimit[]
  readonly crm: Pick<Crm, 'account' | 'calls' | 'limits' | 'usage'>
}

export async function reachedCrm(
  workspace: Workspace,
  { name, syncTypes }: Connection,
): Promise<ReachedCrm> {
  if (syncTypes.includes('push')) {
    const { connector, crm } = await workspace.crm(name)
    return { declared: connector.limits, crm }
  }
  const { source, reader } = await workspace.source(name)
  return { declared: source.limits, crm: reader }
}
