/** Which fields of an object a pull takes, and which of them it keeps as hashes alone. */
import type { FieldChoice } from '../../model/sync.ts'

/**
 * - `kept`: as the CRM has it.
 * - `hashed`: replaced by a keyed hash before it is kept anywhere.
 * - `left`: not taken.
 */
export type FieldUse = 'kept' | 'hashed' | 'left'

/** The use of a field by its name; where a pattern names a field, the parts nested in it are meant, too. */
export function fieldUse(object: string, choice: FieldChoice): (field: string) => FieldUse {
  const namedBy = (patterns: readonly string[]): ((field: string) => boolean) => {
    const own = patterns.flatMap((pattern) => fieldPattern(pattern, object) ?? [])
    return (field) => own.some((pattern) => pattern.test(field))
  }
  const [only, excluded, included, hashed] = [
    choice.only,
    choice.exclude,
    choice.include,
    choice.hash,
  ].map(namedBy)
  const isLimited = choice.only.some((pattern) => fieldPattern(pattern, object) !== null)
  return (field) => {
    if (isLimited && only?.(field) !== true) return 'left'
    if (excluded?.(field) === true && included?.(field) !== true) return 'left'
    return hashed?.(field) === true ? 'hashed' : 'kept'
  }
}

/** `persons.*_phone` as a pattern of field names; null where it is about another object. */
function fieldPattern(pattern: string, object: string): RegExp | null {
  const dot = pattern.indexOf('.')
  if (!wildcard(pattern.slice(0, dot), '').test(object)) return null
  return wildcard(pattern.slice(dot + 1), String.raw`(?:\..*)?`)
}

function wildcard(pattern: string, rest: string): RegExp {
  const parts = pattern.split('*').map((part) => RegExp.escape(part))
  return new RegExp(`^${parts.join('.*')}${rest}$`, 'su')
}
