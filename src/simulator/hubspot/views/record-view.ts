/** How a record looks from outside: the asked properties, the default ones, and its history. */
import type { SimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObject.js'
import type { ValueWithTimestamp } from '@hubspot/api-client/lib/codegen/crm/objects/models/ValueWithTimestamp.js'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredRecord } from '../store/records.ts'
import type { Wire } from '../wire/wire.ts'
import type { WriteSource } from '../../write-log.ts'

/** A property as it reads; null is empty. Ids and timestamps are not stored among the values. */
export function valueOf(type: ObjectType, record: StoredRecord, name: string): string | null {
  const value = record.values[name]
  if (value !== undefined) return value
  if (name === 'hs_object_id') return record.id
  if (name === type.createdProperty) return new Date(record.createdAt).toISOString()
  if (name === type.modifiedProperty) return new Date(record.updatedAt).toISOString()
  return null
}

/** The defaults and those asked for that exist; unknown names are dropped without a word. */
export function readableNames(
  portal: Portal,
  type: ObjectType,
  asked: readonly string[],
): readonly string[] {
  const names = new Set(type.defaults)
  for (const name of asked) if (portal.properties.find(type, name) !== null) names.add(name)
  return [...names]
}

export function viewRecord(
  type: ObjectType,
  record: StoredRecord,
  names: readonly string[],
): Wire<SimplePublicObject> {
  const properties: Record<string, string | null> = {}
  for (const name of names) properties[name] = valueOf(type, record, name)
  const view = {
    id: record.id,
    properties,
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    archived: record.archivedAt !== null,
  }
  if (record.archivedAt === null) return view
  return { ...view, archivedAt: new Date(record.archivedAt).toISOString() }
}

const sourceTypes: Readonly<Record<WriteSource, string>> = {
  api: 'INTEGRATION',
  person: 'CRM_UI',
  system: 'CALCULATED',
}

/** The values a property had, newest first. */
export function viewHistory(
  portal: Portal,
  type: ObjectType,
  record: StoredRecord,
  names: readonly string[],
): Readonly<Record<string, readonly Wire<ValueWithTimestamp>[]>> {
  const versions = portal.log.versionsOf(type.id, record.id)
  const history: Record<string, readonly Wire<ValueWithTimestamp>[]> = {}
  for (const name of names) {
    if (portal.properties.find(type, name) === null) continue
    const entries: Wire<ValueWithTimestamp>[] = []
    let last: string | null = null
    for (const { origin, after } of versions) {
      const value = valueOf(type, after, name)
      if (value === last) continue
      last = value
      const timestamp = new Date(origin.at).toISOString()
      entries.push({ value: value ?? '', timestamp, sourceType: sourceTypes[origin.source] })
    }
    const now = valueOf(type, record, name)
    if (entries.length === 0 && now !== null) {
      const timestamp = new Date(record.updatedAt).toISOString()
      entries.push({ value: now, timestamp, sourceType: sourceTypes.system })
    }
    history[name] = entries.toReversed()
  }
  return history
}
