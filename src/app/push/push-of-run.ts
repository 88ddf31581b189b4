/** Which push of the project a run was of. */
import type { PushSync } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import { selectSyncsOf } from '../workspace/select-syncs.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Throws `app.unknown_run`, or what `selectSyncsOf` throws for a sync that is gone, has errors or is a pull. */
export async function pushOfRun(workspace: Workspace, runId: string): Promise<readonly PushSync[]> {
  const record = await (await workspace.ledger()).run(runId)
  if (record === null) throw appErrors.unknown_run({ message: `There is no run ${runId}.` })
  return selectSyncsOf('push', workspace.project, { names: [record.sync], all: false })
}
