/** A record as answers show it. */
import { noSuchColumn } from '../wire/api-error.ts'
import { versionPath } from '../request/call.ts'
import type { Call } from '../request/call.ts'
import { type FieldDefinition, isCompoundType } from '../store/field.ts'
import type { ObjectType } from '../store/object-type.ts'
import { readCompound, readField, shownValue } from '../store/read-field.ts'
import type { StoredRecord } from '../store/records.ts'
import type { WireRecord, WireValue } from '../wire/wire.ts'

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
