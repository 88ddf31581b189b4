/** Use case: removes a person from everything that one sync keeps, here and in the warehouse. */
import { erase, type Erasure, type Person } from '../../engine/push/erase.ts'
import type { Progress } from '../../engine/progress.ts'
import type { PushSync } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import { holdSync } from '../run/follow-rename.ts'
import { namingLocalCrm } from '../local/local-crm.ts'
import { openCollaborators } from './open-collaborators.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { Erasure, Person }

/** Syncs that the state knows and the project does not or has with errors: one error for each. */
export async function unsearchedSyncs({ project, ledger }: Workspace): Promise<readonly Error[]> {
  const known = await (await ledger()).syncs()
  const searched = new Set(project.syncs.map(({ name }) => name))
  return known
    .filter(({ sync }) => !searched.has(sync))
    .map(({ sync }) => {
      const isBad = project.badSyncs.some(({ name }) => name === sync)
      const why = isBad ? 'its file has errors' : 'it has no file under syncs/'
      return appErrors.not_erased({
        message: `What was kept of sync ${sync} was not searched, as ${why}.`,
      })
    })
}

/** Asks the CRM only where a run was cut off, to find out what became of its requests. */
export async function erasePerson(
  workspace: Workspace,
  sync: PushSync,
  { person, dryRun }: { readonly person: Person; readonly dryRun: boolean },
  progress: (event: Progress) => void,
): Promise<Erasure> {
  const lease = await holdSync(workspace, sync)
  try {
    const options = { readsEndAt: () => null, progress }
    return await erase(await openCollaborators(workspace, sync, options), lease, person, dryRun)
  } catch (error) {
    throw namingLocalCrm(workspace.project.connections.get(sync.crm), error)
  } finally {
    await lease.release()
  }
}
