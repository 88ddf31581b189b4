/** How records end: archived and restorable, or erased for good. */
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import { keysOf } from '../store/records.ts'
import type { WriteOrigin } from '../../write-log.ts'

/** Returns false when there was nothing to archive. */
export function archiveRecord(
  portal: Portal,
  type: ObjectType,
  id: string,
  origin: WriteOrigin,
): boolean {
  const table = portal.table(type)
  const record = table.active(id)
  if (record === null) return false
  const archived = { ...record, archivedAt: origin.at, updatedAt: origin.at }
  table.put(archived, origin.at)
  portal.log.add(type.id, 'archive', record, archived, origin)
  return true
}

/** What a person can do for 90 days. Returns false when there is nothing to restore. */
export function restoreRecord(
  portal: Portal,
  type: ObjectType,
  id: string,
  origin: WriteOrigin,
): boolean {
  const table = portal.table(type)
  const record = table.get(id)
  if (record === null || record.archivedAt === null) return false
  const restored = { ...record, archivedAt: null, updatedAt: origin.at }
  table.put(restored, origin.at)
  portal.log.add(type.id, 'restore', record, restored, origin)
  return true
}

/** Deletes a person's record and keeps their addresses from coming back. */
export function eraseRecord(
  portal: Portal,
  type: ObjectType,
  id: string,
  origin: WriteOrigin,
): void {
  const table = portal.table(type)
  const record = table.get(table.resolve(id))
  if (record === null) return
  for (const address of keysOf(record, 'email')) portal.blockedEmails.add(address)
  for (const { to } of portal.associations.of({ type: type.id, id: record.id })) {
    portal.associations.remove({ type: type.id, id: record.id }, to)
  }
  table.remove(record.id, origin.at)
  portal.log.add(type.id, 'purge', record, null, origin)
}
