/** Whether a pull may read its objects, and whether the fields that it names are there. */
import { fieldChoices, unknownFields } from '../../engine/pull/unknown-fields.ts'
import type { PullSync } from '../../model/sync.ts'
import { readableFields, type SourceObject } from './discover-source.ts'
import { appErrors } from '../errors.ts'
import { faulty, type Finding, findings, fine } from './finding.ts'
import type { Workspace } from '../workspace/workspace.ts'

export async function checkPull(workspace: Workspace, sync: PullSync): Promise<readonly Finding[]> {
  const subject = `sync ${sync.name}`
  const found: Finding[] = []
  const described: SourceObject[] = []
  for (const name of sync.objects) {
    const looked = await findings(subject, async () => {
      const object = await readableFields(workspace, sync.crm, name)
      described.push(object)
      return [fine(subject, `${name} can be read, ${object.fields.length} fields`)]
    })
    found.push(...looked)
  }
  const wrong = unknownFields(sync, fieldChoices, described).map(({ message, place }) =>
    faulty(subject, appErrors.unknown_field({ message, place })),
  )
  return [...found, ...wrong]
}
