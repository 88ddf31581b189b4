/** What people do in Salesforce's own pages while a sync runs, and what automation does by itself. */
import type { EditParts } from '../../check-settings.ts'
import { notFound, refused } from '../wire/api-error.ts'
import type { Json } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { Org } from '../store/org.ts'
import { Permissions } from '../store/permissions.ts'
import { mergeRecords } from './record-merge.ts'
import { createRecord, deleteRecord, purgeRecord, updateRecord } from './record-write.ts'
import type { StoredRecord } from '../store/records.ts'
import { normalId } from '../store/ids.ts'
import { type WriteContext, uncontended } from './write-context.ts'
import type { WriteOrigin } from '../store/write-log.ts'

/** `by: 'system'` is automation: it may touch read-only fields and moves only the system stamp. */
export type Edit =
  | {
      readonly kind: 'create'
      readonly object: string
      readonly values: Readonly<Record<string, Json>>
    }
  | {
      readonly kind: 'update'
      readonly object: string
      readonly id: string
      readonly values: Readonly<Record<string, Json>>
      readonly by?: 'person' | 'system'
    }
  | {
      readonly kind: 'delete' | 'undelete' | 'purge'
      readonly object: string
      readonly id: string
    }
  | {
      readonly kind: 'merge'
      readonly object: string
      /** Who stays. */
      readonly master: string
      readonly other: string
    }

const anyRecord = { object: 'text', id: 'text' } as const

export const edits = {
  create: { object: 'text', values: 'values' },
  update: { ...anyRecord, values: 'values', by: 'perhaps' },
  delete: anyRecord,
  undelete: anyRecord,
  purge: anyRecord,
  merge: { object: 'text', master: 'text', other: 'text' },
} as const satisfies Readonly<Record<Edit['kind'], EditParts[string]>>

/** Returns the id of the record; of two that are merged, of the one that stays. */
export function performEdit(org: Org, edit: Edit, now: number): string {
  const type = org.findType(edit.object)
  if (type === null) throw refused('INVALID_TYPE', `there is no object ${edit.object}`)
  const source = edit.kind === 'update' ? (edit.by ?? 'person') : 'person'
  const context: WriteContext = {
    org,
    origin: { at: now, source, requestId: null, userId: org.adminId(), client: null },
    permissions: new Permissions({}),
    allowsDuplicates: true,
    contended: uncontended,
  }
  switch (edit.kind) {
    case 'create':
      return createRecord(context, type, edit.values)
    case 'update': {
      const record = stored(org, type, edit.id)
      updateRecord(context, type, record, edit.values)
      return record.id
    }
    case 'delete': {
      const record = stored(org, type, edit.id)
      deleteRecord(context, type, record)
      return record.id
    }
    case 'undelete':
      return undelete(org, type, stored(org, type, edit.id), context.origin)
    case 'purge': {
      const record = stored(org, type, edit.id)
      purgeRecord(context, type, record.id)
      return record.id
    }
    case 'merge':
      return mergeRecords(
        context,
        type,
        stored(org, type, edit.master),
        stored(org, type, edit.other),
      )
    default: {
      const unreachable: never = edit
      return unreachable
    }
  }
}

function undelete(org: Org, type: ObjectType, record: StoredRecord, origin: WriteOrigin): string {
  if (record.deletedAt === null)
    throw refused('UNDELETE_FAILED', 'entity is not in the recycle bin')
  const after = { ...record, deletedAt: null, stampedAt: origin.at }
  org.put(type, after)
  org.log.add(type.name, 'undelete', record, after, origin)
  return record.id
}

function stored(org: Org, type: ObjectType, id: string): StoredRecord {
  const record = org.table(type).get(normalId(id) ?? '')
  if (record === null) throw notFound()
  return record
}
