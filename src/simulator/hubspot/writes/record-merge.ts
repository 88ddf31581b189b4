/** A merge: the primary's values win, its gaps are filled, and the other id leads to the survivor. */
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import { keysOf } from '../store/records.ts'
import type { StoredRecord } from '../store/records.ts'
import type { WriteOrigin } from '../../write-log.ts'

export function mergeRecords(
  portal: Portal,
  type: ObjectType,
  primary: StoredRecord,
  other: StoredRecord,
  newId: boolean,
  origin: WriteOrigin,
): StoredRecord {
  const table = portal.table(type)
  const survivor: StoredRecord = {
    ...primary,
    id: newId ? portal.nextId() : primary.id,
    updatedAt: origin.at,
    values: mergedValues(type, primary, other, newId),
  }
  for (const gone of newId ? [primary, other] : [other]) {
    moveAssociations(portal, type, gone.id, survivor.id)
    table.remove(gone.id, origin.at)
    table.redirect(gone.id, survivor.id)
    portal.log.add(type.id, 'merge', gone, null, origin)
  }
  table.put(survivor, origin.at)
  portal.log.add(type.id, 'merge', newId ? null : primary, survivor, origin)
  return survivor
}

function mergedValues(
  type: ObjectType,
  primary: StoredRecord,
  other: StoredRecord,
  newId: boolean,
): Record<string, string> {
  const values: Record<string, string> = { ...other.values, ...primary.values }
  const before = [primary, other].flatMap(
    ({ values: old }) => old['hs_merged_object_ids']?.split(';') ?? [],
  )
  const gone = newId ? [primary.id, other.id] : [other.id]
  values['hs_merged_object_ids'] = [...new Set([...before, ...gone])].join(';')
  if (type.id !== '0-1') return values
  const addresses = [...keysOf(primary, 'email'), ...keysOf(other, 'email')]
  const secondary = new Set(addresses.filter((address) => address !== values['email']))
  delete values['hs_additional_emails']
  if (secondary.size > 0) values['hs_additional_emails'] = [...secondary].join(';')
  return values
}

function moveAssociations(portal: Portal, type: ObjectType, from: string, to: string): void {
  const old = { type: type.id, id: from }
  for (const { to: target, types } of portal.associations.of(old)) {
    const [fromType, toType] = [type, portal.types.get(target.type)]
    for (const typeId of types) {
      const kind = portal.associationTypes.find(fromType, toType, typeId)
      if (kind !== null) portal.associations.add({ type: type.id, id: to }, target, kind)
    }
    portal.associations.remove(old, target)
  }
}
