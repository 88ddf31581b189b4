/** What people do in Pipedrive's own pages while a sync runs, and what Pipedrive does by itself. */
import type { EditParts } from '../../check-settings.ts'
import { notFound } from '../wire/api-error.ts'
import type { Behaviour } from '../request/call.ts'
import { type Company, systemOrigin } from '../store/company.ts'
import type { JsonObject } from '../../json.ts'
import { type ObjectName, findObject, titled } from '../wire/objects.ts'
import { mergeRecords } from './record-merge.ts'
import {
  type WriteTarget,
  deleteRecord,
  restoreRecord,
  touchRecord,
  writeRecord,
} from './record-write.ts'
import type { StoredRecord } from '../store/records.ts'

/**
 * `values` are as the API takes them, custom fields under `custom_fields`. `touch` changes values
 * without a new `update_time` and without an event.
 */
export type Edit =
  | {
      readonly kind: 'create'
      readonly object: string
      readonly values: JsonObject
      /** The user who does it; the first one when absent. */
      readonly by?: string
    }
  | {
      readonly kind: 'update' | 'touch'
      readonly object: string
      readonly id: string
      readonly values: JsonObject
      readonly by?: string
    }
  | {
      readonly kind: 'delete' | 'restore' | 'purge'
      readonly object: string
      readonly id: string
      readonly by?: string
    }
  | {
      readonly kind: 'merge'
      readonly object: string
      readonly id: string
      /** The survivor. */
      readonly into: string
      readonly by?: string
    }

const done = { object: 'text', by: 'perhaps' } as const
const anyRecord = { ...done, id: 'text' } as const

export const edits = {
  create: { ...done, values: 'values' },
  update: { ...anyRecord, values: 'values' },
  touch: { ...anyRecord, values: 'values' },
  delete: anyRecord,
  restore: anyRecord,
  purge: anyRecord,
  merge: { ...anyRecord, into: 'text' },
} as const satisfies Readonly<Record<Edit['kind'], EditParts[string]>>

/** Returns the id of the record that was edited, created, or survived. */
export function performEdit(
  company: Company,
  edit: Edit,
  now: number,
  behaviour: Behaviour,
): string {
  const object = findObject(edit.object)
  if (object === null) throw notFound('Object')
  const [first] = company.table('user').all()
  const userId = edit.by ?? first?.id ?? null
  const origin = { at: now, source: 'person', requestId: null, userId } as const
  const target: WriteTarget = { company, object, origin, behaviour }
  switch (edit.kind) {
    case 'create':
      return writeRecord(target, null, edit.values).id
    case 'update':
      return writeRecord(target, activeRecord(company, object, edit.id), edit.values).id
    case 'touch': {
      const system = { ...target, origin: systemOrigin(now) }
      return touchRecord(system, activeRecord(company, object, edit.id), edit.values).id
    }
    case 'delete':
      deleteRecord(target, activeRecord(company, object, edit.id))
      return edit.id
    case 'restore':
      restoreRecord(target, deletedRecord(company, object, edit.id))
      return edit.id
    case 'purge': {
      const record = deletedRecord(company, object, edit.id)
      company.write(object, 'purge', record, null, systemOrigin(now))
      return edit.id
    }
    case 'merge': {
      const loser = activeRecord(company, object, edit.id)
      return mergeRecords(target, loser, activeRecord(company, object, edit.into)).id
    }
    default: {
      const unreachable: never = edit
      return unreachable
    }
  }
}

function activeRecord(company: Company, object: ObjectName, id: string): StoredRecord {
  const record = company.table(object).active(id)
  if (record === null) throw notFound(titled(object))
  return record
}

function deletedRecord(company: Company, object: ObjectName, id: string): StoredRecord {
  const record = company.table(object).get(id)
  if (record === null || record.deletedAt === null) throw notFound(titled(object))
  return record
}
