/** Patterns that fit no field: who misspells one that is to be kept out, or hashed, pulls it as it is. */
import type { SourceObject } from '../../connector/source.ts'
import type { Place } from '../../model/error.ts'
import { fieldPattern, fitsField, fitsPattern } from '../../model/name-pattern.ts'
import { nearest } from '../../model/nearest.ts'
import type { PullSync } from '../../model/sync.ts'

/** The options under `fields` that hold patterns. */
export const fieldChoices = ['only', 'exclude', 'include', 'hash'] as const
type FieldChoiceName = (typeof fieldChoices)[number]

/** As much of a pull as its patterns are judged by. */
type PatternSync = Pick<PullSync, 'name' | 'place' | 'objects' | 'fields'>

export interface UnknownField {
  /** The part of the pattern that names objects. */
  readonly object: string
  readonly message: string
  readonly place: Place
}

/** A pattern that may be about an object whose metadata is not among those given is not judged. */
export function unknownFields(
  sync: PatternSync,
  choices: readonly FieldChoiceName[],
  described: readonly SourceObject[],
): readonly UnknownField[] {
  return unfit(sync, choices, described)
    .filter(({ unseen }) => unseen.length === 0)
    .map(({ choice, pattern, fields }) => {
      const { object, field } = fieldPattern(pattern)
      const close = nearest(field, fields)
      const hint = close === null ? '.' : `; did you mean ${close}?`
      const message = `Sync ${sync.name}: no field fits \`${pattern}\` under \`fields.${choice}\`${hint}`
      return { object, message, place: { ...sync.place, path: `fields.${choice}` } }
    })
}

/** Objects without which a pattern that is about one of those given, too, can't be judged. */
export function undecidedObjects(
  sync: PatternSync,
  choices: readonly FieldChoiceName[],
  described: readonly SourceObject[],
): readonly string[] {
  const undecided = unfit(sync, choices, described).filter(({ isSeen }) => isSeen)
  return [...new Set(undecided.flatMap(({ unseen }) => unseen))]
}

interface UnfitPattern {
  readonly choice: FieldChoiceName
  readonly pattern: string
  /** Fields that it might have been about. */
  readonly fields: readonly string[]
  /** Whether it is about one of the objects given. */
  readonly isSeen: boolean
  /** Objects that it is about and that are not among those given. */
  readonly unseen: readonly string[]
}

/** Patterns that fit no field of the objects given. */
function unfit(
  { fields: chosen, objects }: PatternSync,
  choices: readonly FieldChoiceName[],
  described: readonly SourceObject[],
): readonly UnfitPattern[] {
  return choices.flatMap((choice) =>
    chosen[choice].flatMap((pattern) => {
      const { object, field } = fieldPattern(pattern)
      const seen = described.filter(({ name }) => fitsPattern(object, name))
      const fields = seen.flatMap((one) => one.fields.map(({ name }) => name))
      if (fields.some((name) => fitsField(field, name))) return []
      const names = seen.map(({ name }) => name)
      const meant = objects.filter((name) => fitsPattern(object, name))
      const unseen = meant.filter((name) => !names.includes(name))
      return [{ choice, pattern, fields, isSeen: names.length > 0, unseen }]
    }),
  )
}
