/** Whether a pull may read its objects, and whether the fields that it names are there. */
import { fieldPattern, fitsPattern } from '../model/name-pattern.ts'
import { nearest } from '../model/nearest.ts'
import type { PullSync } from '../model/sync.ts'
import { readableFields, type SourceObject } from './discover-source.ts'
import { appErrors } from './errors.ts'
import { faulty, type Finding, findings, fine } from './finding.ts'
import type { Workspace } from './workspace.ts'

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
  // A pattern may be of the very object that nobody could look at.
  const isKnown = described.length === sync.objects.length
  return isKnown ? [...found, ...unknownFields(sync, described)] : found
}

const choices = ['only', 'exclude', 'include', 'hash'] as const

/** Who misspells a field that is to be kept out, or hashed, pulls it as it is. */
function unknownFields(sync: PullSync, objects: readonly SourceObject[]): readonly Finding[] {
  return choices.flatMap((choice) =>
    sync.fields[choice].flatMap((pattern) => {
      const { object, field } = fieldPattern(pattern)
      const meant = objects.filter(({ name }) => fitsPattern(object, name))
      const names = meant.flatMap(({ fields }) => fields.map(({ name }) => name))
      if (names.some((name) => fitsPattern(field, name))) return []
      const close = nearest(field, names)
      const error = appErrors.unknown_field({
        message: `Sync ${sync.name}: no field fits \`${pattern}\` under \`fields.${choice}\`${close === null ? '.' : `; did you mean ${close}?`}`,
        place: sync.place,
      })
      return [faulty(`sync ${sync.name}`, error)]
    }),
  )
}
