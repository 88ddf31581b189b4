/** Whether a pull may read its objects. */
import type { PullSync } from '../model/sync.ts'
import { readableFields } from './discover-source.ts'
import { type Finding, findings, fine } from './finding.ts'
import type { Workspace } from './workspace.ts'

export async function checkPull(workspace: Workspace, sync: PullSync): Promise<readonly Finding[]> {
  const subject = `sync ${sync.name}`
  const found: Finding[] = []
  for (const object of sync.objects) {
    const looked = await findings(subject, async () => {
      const { fields } = await readableFields(workspace, sync.crm, object)
      return [fine(subject, `${object} can be read, ${fields.length} fields`)]
    })
    found.push(...looked)
  }
  return found
}
