/** A record as answers show it. */
import { noSuchColumn } from './api-error.ts'
import { versionPath } from './call.ts'
import type { Call } from './call.ts'
import { type FieldDefinition, isCompoundType } from './field.ts'
import type { ObjectType } from './object-type.ts'
import { readCompound, readField, shownValue } from './read-field.ts'
import type { StoredRecord } from './records.ts'
import type { WireRecord, WireValue } from './wire.ts'

export function recordAttributes(call: Call, type: ObjectType, id: string) {
  return { type: type.name, url: `${versionPath(call)}/sobjects/${type.name}/${id}` }
}

export function recordView(
  call: Call,
  type: ObjectType,
  record: StoredRecord,
  fields: readonly FieldDefinition[],
): WireRecord {
  const values: Record<string, WireValue> = {}
  for (const field of fields) values[field.name] = wireValue(type, field, record)
  return { attributes: recordAttributes(call, type, record.id), ...values }
}

export function wireValue(
  type: ObjectType,
  field: FieldDefinition,
  record: StoredRecord,
): WireValue {
  if (isCompoundType(field.type)) return readCompound(type, field, record)
  return shownValue(field, readField(type, field, record))
}

/** The fields of `?fields=`, or all that the user sees. */
export function selectedFields(call: Call, type: ObjectType): readonly FieldDefinition[] {
  const names = call.query.get('fields')
  if (names === null) return visibleFields(call, type)
  return names.split(',').map((name) => visibleNamed(call, type, name.trim()))
}

function visibleFields({ permissions }: Call, type: ObjectType): readonly FieldDefinition[] {
  return type.fields().filter((field) => permissions.sees(type, field))
}

export function visibleNamed(
  { permissions }: Call,
  type: ObjectType,
  name: string,
): FieldDefinition {
  const field = type.find(name)
  if (field === null || !permissions.sees(type, field)) throw noSuchColumn(name, type.name)
  return field
}
