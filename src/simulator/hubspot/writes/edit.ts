/** What people do in HubSpot's own pages while a sync runs, and what HubSpot does by itself. */
import type { EditParts } from '../../check-settings.ts'
import { badRequest, notFound } from '../wire/api-error.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import { problemError } from './problem.ts'
import { archiveRecord, eraseRecord, restoreRecord } from './record-end.ts'
import { mergeRecords } from './record-merge.ts'
import { applyWrite, planWrite } from './record-write.ts'
import type { StoredRecord } from '../store/records.ts'
import type { WriteOrigin } from '../../write-log.ts'

/** `by: 'system'` is a recalculated property: it may touch read-only ones. */
export type Edit =
  | {
      readonly kind: 'create'
      readonly object: string
      readonly properties: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'update'
      readonly object: string
      readonly id: string
      readonly properties: Readonly<Record<string, string>>
      readonly by?: 'person' | 'system'
    }
  | { readonly kind: 'archive' | 'restore' | 'erase'; readonly object: string; readonly id: string }
  | {
      readonly kind: 'merge'
      readonly object: string
      readonly primary: string
      readonly other: string
    }

const anyRecord = { object: 'text', id: 'text' } as const

export const edits = {
  create: { object: 'text', properties: 'values' },
  update: { ...anyRecord, properties: 'values', by: 'perhaps' },
  archive: anyRecord,
  restore: anyRecord,
  erase: anyRecord,
  merge: { object: 'text', primary: 'text', other: 'text' },
} as const satisfies Readonly<Record<Edit['kind'], EditParts[string]>>

/** Returns the id of the record that was edited, created, or survived. */
export function performEdit(
  portal: Portal,
  edit: Edit,
  now: number,
  newIdOnMerge: boolean,
): string {
  const type = portal.types.get(edit.object)
  const origin: WriteOrigin = { at: now, source: 'person', requestId: null }
  switch (edit.kind) {
    case 'create':
      return write(portal, type, null, edit.properties, origin)
    case 'update': {
      const record = activeRecord(portal, type, edit.id)
      return write(portal, type, record, edit.properties, {
        ...origin,
        source: edit.by ?? 'person',
      })
    }
    case 'archive':
      if (!archiveRecord(portal, type, edit.id, origin)) throw notFound()
      return edit.id
    case 'restore':
      if (!restoreRecord(portal, type, edit.id, origin)) throw notFound()
      return edit.id
    case 'erase':
      eraseRecord(portal, type, edit.id, origin)
      return edit.id
    case 'merge': {
      const primary = activeRecord(portal, type, edit.primary)
      const other = activeRecord(portal, type, edit.other)
      if (primary.id === other.id) throw badRequest('Cannot merge an object with itself')
      return mergeRecords(portal, type, primary, other, newIdOnMerge, origin).id
    }
    default: {
      const unreachable: never = edit
      return unreachable
    }
  }
}

function activeRecord(portal: Portal, type: ObjectType, id: string): StoredRecord {
  const table = portal.table(type)
  const record = table.active(table.resolve(id))
  if (record === null) throw notFound()
  return record
}

function write(
  portal: Portal,
  type: ObjectType,
  before: StoredRecord | null,
  properties: Readonly<Record<string, string>>,
  origin: WriteOrigin,
): string {
  const target = { portal, type, origin, claims: new Map<string, string>() }
  const planning = planWrite(target, before, before?.id ?? portal.nextId(), properties)
  if (!planning.ok) throw problemError(planning.problem)
  applyWrite(target, planning.plan)
  return planning.plan.after.id
}
