/** The runs that the state remembers. */
import type { RunRecord } from '../ledger/ledger.ts'
import type { RunState } from '../model/run.ts'
import type { Workspace } from './workspace.ts'

export type { RunRecord }

/** Ends that want somebody's attention. */
const badStates: readonly RunState[] = ['failed', 'stopped']

/** Newest first. */
export async function listRuns(
  workspace: Workspace,
  filter: { readonly sync: string | null; readonly failed: boolean; readonly limit: number },
): Promise<readonly RunRecord[]> {
  const ledger = await workspace.ledger()
  return ledger.runs({
    limit: filter.limit,
    ...(filter.sync === null ? {} : { sync: filter.sync }),
    ...(filter.failed ? { state: badStates } : {}),
  })
}
