/** The records of other objects that a sync's values lead to: by lookups, and by associations. */
import type { AssociationMapping, FieldMapping, PushSync } from '../../model/sync.ts'
import { associationName } from './association.ts'
import { type Target, recordFieldMappings } from './mapping.ts'

export interface MappedTarget {
  /** The field, or the association's name, whose value names the record. */
  readonly field: string
  readonly target: Target
  /** Null for a lookup. */
  readonly association: AssociationMapping | null
}

/** In the order of the sync; `lists` are those that the CRM keeps. */
export function mappedTargets(sync: PushSync, lists: readonly string[]): readonly MappedTarget[] {
  const lookups = recordFieldMappings(sync).flatMap((mapping): MappedTarget[] => {
    const target = lookupTarget(mapping, lists)
    return target === null ? [] : [{ field: mapping.field, target, association: null }]
  })
  const associations = sync.associations.map((association) => ({
    field: associationName(association),
    target: associationTarget(association),
    association,
  }))
  return [...lookups, ...associations]
}

/** `companies.account_key` leads to a record; `owners.email` to an entry of a list, which is null here. */
export function lookupTarget({ lookup }: FieldMapping, lists: readonly string[]): Target | null {
  const [object, field] = lookup?.split('.') ?? []
  if (object === undefined || field === undefined || lists.includes(object)) return null
  return { object, field, ifMissing: 'reject' }
}

export function associationTarget({ to, match, ifMissing }: AssociationMapping): Target {
  return { object: to, field: match.field, ifMissing }
}

/** The lists that the sync's lookups name an entry of, each once. */
export function mappedLists(sync: PushSync, lists: readonly string[]): readonly string[] {
  const named = sync.fields.flatMap(({ lookup }) => lookup?.split('.')[0] ?? [])
  return lists.filter((list) => named.includes(list))
}
