/** What a user lacks, as an administrator of Salesforce would grant it. */
import { nearest } from '../../model/nearest.ts'
import type { MissingPermission } from '../connector.ts'
import type { SObject } from './sobject.ts'

type Right = 'Read' | 'Create' | 'Edit' | 'Delete'

export function missingOnObject(
  object: string,
  rights: readonly Right[],
  why: string,
): MissingPermission {
  return missing(rights, object, why)
}

/** An object that the user may not see looks the same as one that does not exist. */
export function missingObject(
  object: string,
  rights: readonly Right[],
  why: string,
): MissingPermission {
  return { ...missing(rights, object, why), hides: object }
}

/** `mapped` is what the sync calls the field. */
export function missingOnField(
  { object, name, mapped = name }: { object: string; name: string; mapped?: string },
  rights: readonly Right[],
  why: string,
): MissingPermission {
  return { ...missing(rights, `the field ${object}.${name}`, why), field: mapped }
}

/** A name that the user sees nothing by may be a slip of the pen. */
export function unseen(what: string, name: string, others: Iterable<string>): string {
  const meant = nearest(name, others)
  const guess = meant === null || meant === name ? '' : ` (did you mean ${meant}?)`
  return `as the user sees no such ${what}; if it does not exist, correct its name${guess}`
}

export function fieldNames({ fields }: SObject): readonly string[] {
  return [...fields.values()].map(({ name }) => name)
}

function missing(rights: readonly Right[], subject: string, why: string): MissingPermission {
  const permission = `${listed(rights)} on ${subject}`
  const includes = rights.length === 1 ? [] : rights.map((right) => `${right} on ${subject}`)
  return {
    permission,
    why,
    remedy: `Give the user ${permission} by a permission set.`,
    includes,
  }
}

function listed(rights: readonly Right[]): string {
  const [last = ''] = rights.slice(-1)
  return rights.length === 1 ? last : `${rights.slice(0, -1).join(', ')} and ${last}`
}
