/** The `associations` part of a record's read, with the names that the v3 API gives the types. */
import type { CollectionResponseAssociatedId } from '@hubspot/api-client/lib/codegen/crm/objects/models/CollectionResponseAssociatedId.js'
import type { Call } from '../request/call.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { StoredRecord } from '../store/records.ts'
import type { Wire } from '../wire/wire.ts'

type AssociationsByName = Readonly<Record<string, Wire<CollectionResponseAssociatedId>>>

/** Targets of the asked types; a type without any is absent. Null when nothing is associated. */
export function viewAssociations(
  call: Call,
  type: ObjectType,
  record: StoredRecord,
  asked: readonly string[],
): AssociationsByName | null {
  const found: Record<string, Wire<CollectionResponseAssociatedId>> = {}
  for (const name of asked) {
    const to = call.portal.types.get(name)
    const targets = call.portal.associations.targets({ type: type.id, id: record.id }, to.id)
    const label = `${type.singular}_to_${to.singular}`
    const results = targets
      .filter(([id]) => call.portal.table(to).active(id) !== null)
      .map(([id]) => ({ id, type: label }))
    if (results.length > 0) found[to.name] = { results }
  }
  return Object.keys(found).length === 0 ? null : found
}
