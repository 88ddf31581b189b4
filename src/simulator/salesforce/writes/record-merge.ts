/** Two records become one, as a person merges duplicates: the other is deleted and says who stays. */
import { refused } from '../wire/api-error.ts'
import { childrenOf } from '../store/children.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { StoredRecord } from '../store/records.ts'
import { entityIsDeleted } from './record-write.ts'
import type { WriteContext } from './write-context.ts'

/** Returns the id of the one that stays, whose values stay, too. What named the other names it then. */
export function mergeRecords(
  { org, origin }: WriteContext,
  type: ObjectType,
  master: StoredRecord,
  other: StoredRecord,
): string {
  if (type.find('MasterRecordId') === null || master.id === other.id) {
    throw refused('INVALID_OPERATION', `${other.id} can't be merged into ${master.id}`)
  }
  if (master.deletedAt !== null || other.deletedAt !== null) throw entityIsDeleted()
  for (const child of childrenOf(org, type, other.id, () => true)) {
    const values = { ...child.record.values, [child.field.name]: master.id }
    const moved = { ...child.record, values, modifiedAt: origin.at, stampedAt: origin.at }
    org.put(child.type, moved)
    org.log.add(child.type.name, 'update', child.record, moved, origin)
  }
  const gone = {
    ...other,
    values: { ...other.values, MasterRecordId: master.id },
    deletedAt: origin.at,
    stampedAt: origin.at,
  }
  org.put(type, gone)
  org.log.add(type.name, 'delete', other, gone, origin)
  return master.id
}
