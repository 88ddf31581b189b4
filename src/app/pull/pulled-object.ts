/** Which object of a pull is meant. */
import type { ReadableObject } from '../../connector/source.ts'
import { nearest } from '../../model/nearest.ts'
import { isOf, type PullSync } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import type { Project } from '../../config/project.ts'

/** `name`: null where the sync pulls one alone. */
export function pulledObject(
  sync: PullSync,
  objects: readonly ReadableObject[],
  name: string | null,
): ReadableObject {
  const [only, another] = sync.objects
  const wanted = name ?? (another === undefined ? only : undefined)
  if (wanted === undefined) {
    throw appErrors.not_pulled({
      message: `Sync ${sync.name} pulls several objects, and none was named.`,
      remedy: `Name one with --object: ${sync.objects.join(', ')}.`,
      place: sync.place,
    })
  }
  refuseUnpulled(sync, [wanted])
  const found = objects.find((object) => object.name === wanted)
  if (found === undefined) throw new Error(`configuration let the unknown object ${wanted} pass`)
  return found
}

export function refuseUnpulled(
  sync: Pick<PullSync, 'name' | 'objects' | 'place'>,
  names: readonly string[],
): void {
  const unknown = names.find((name) => !sync.objects.includes(name))
  if (unknown === undefined) return
  const meant = nearest(unknown, sync.objects)
  throw appErrors.not_pulled({
    message: `Sync ${sync.name} does not pull ${unknown}${meant === null ? '.' : `; did you mean ${meant}?`}`,
    remedy: `Name one of its objects: ${sync.objects.join(', ')}.`,
    place: sync.place,
  })
}

/** The pulls of the project that are of the object. */
export function pullsOfObject({ syncs }: Project, name: string): readonly PullSync[] {
  const pulls = syncs.filter((sync) => isOf('pull', sync))
  const found = pulls.filter(({ objects }) => objects.includes(name))
  if (found.length > 0) return found
  const meant = nearest(name, new Set(pulls.flatMap(({ objects }) => objects)))
  throw appErrors.not_pulled({
    message: `No sync of the project pulls ${name}${meant === null ? '.' : `; did you mean ${meant}?`}`,
  })
}
