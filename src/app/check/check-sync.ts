/** Whether the object of a sync lets the sync do what it says. */
import { requireMapped } from '../../engine/push/look/required-fields.ts'
import type { PushSync } from '../../model/sync.ts'
import { checkUniqueField } from './check-unique-field.ts'
import { discoverFields } from './discover.ts'
import { type Finding, findings } from './finding.ts'
import type { Workspace } from '../workspace/workspace.ts'

export async function checkSync(
  workspace: Workspace,
  sync: PushSync,
  fix: boolean,
): Promise<readonly Finding[]> {
  const subject = `sync ${sync.name}`
  return findings(subject, async () => {
    // Also where nothing more is needed: a misspelt object is to be found here, not by the first run.
    const schema = await discoverFields(workspace, sync.crm, sync.object)
    const { connector } = await workspace.crm(sync.crm)
    const mapped = await findings(subject, async () => {
      requireMapped(sync, schema, connector)
      return []
    })
    return [...(await checkUniqueField(workspace, sync, schema, fix)), ...mapped]
  })
}
