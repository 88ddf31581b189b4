/** Which fields of an object a pull takes, and which of them it keeps as hashes alone. */
import { fieldPattern, fitsPattern } from '../../model/name-pattern.ts'
import type { FieldChoice } from '../../model/sync.ts'

/**
 * - `kept`: as the CRM has it.
 * - `hashed`: replaced by a keyed hash before it is kept anywhere.
 * - `left`: not taken.
 */
export type FieldUse = 'kept' | 'hashed' | 'left'

/** The use of a field by its name, remembered, as each record has the same; where a pattern names a field, the parts nested in it are meant, too. */
export function fieldUse(object: string, choice: FieldChoice): (field: string) => FieldUse {
  const namedBy = (patterns: readonly string[]): ((field: string) => boolean) => {
    const own = patterns
      .map(fieldPattern)
      .filter((pattern) => fitsPattern(pattern.object, object))
      .map(({ field }) => field)
    return (field) =>
      own.some((pattern) => fitsPattern(pattern, field) || fitsPattern(`${pattern}.*`, field))
  }
  const [only, excluded, included, hashed] = [
    choice.only,
    choice.exclude,
    choice.include,
    choice.hash,
  ].map(namedBy)
  const isLimited = choice.only.some((pattern) => fitsPattern(fieldPattern(pattern).object, object))
  const useOf = (field: string): FieldUse => {
    if (isLimited && only?.(field) !== true) return 'left'
    if (excluded?.(field) === true && included?.(field) !== true) return 'left'
    return hashed?.(field) === true ? 'hashed' : 'kept'
  }
  const known = new Map<string, FieldUse>()
  return (field) => {
    const use = known.get(field) ?? useOf(field)
    known.set(field, use)
    return use
  }
}
