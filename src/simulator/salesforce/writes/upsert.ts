/** Creates or changes the record that a key names, as single requests and collections both do. */
import { noSuchColumn, refused } from '../wire/api-error.ts'
import type { FieldDefinition } from '../store/field.ts'
import { fieldValue } from './field-values.ts'
import { visibleField } from './input-values.ts'
import type { Json, JsonObject } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import { createRecord, updateRecord } from './record-write.ts'
import { isKeyField } from '../store/records.ts'
import type { WriteContext } from './write-context.ts'

export interface Upserted {
  readonly id: string
  readonly created: boolean
}

/** The field a request names as its key: an external id or another that records are looked up by. */
export function upsertKey(context: WriteContext, type: ObjectType, name: string): FieldDefinition {
  const field = visibleField(context, type, name)
  if (field === null) throw noSuchColumn(name, type.name)
  if (field.type === 'id' || isKeyField(field)) return field
  throw refused(
    'INVALID_FIELD',
    `Field name provided, ${name} does not match an External ID, Salesforce Id, or indexed field for ${type.name}`,
  )
}

/** Ids of the records that the key names; more than one only where it is not unique. */
export function keyed(
  { org }: WriteContext,
  type: ObjectType,
  key: FieldDefinition,
  given: Json,
): readonly string[] {
  const value = fieldValue(key, given)
  if (value === null) return []
  if (key.type !== 'id') return org.table(type).withKey(key, value)
  const record = org.table(type).get(String(value))
  if (record === null || record.deletedAt !== null) {
    throw refused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', ['Id'], 404)
  }
  return [record.id]
}

/** `given` is the key's value, which a new record gets; `matches` are those `keyed` found, one at most. */
export function upsertRecord(
  context: WriteContext,
  type: ObjectType,
  key: FieldDefinition,
  given: Json,
  matches: readonly string[],
  input: JsonObject,
): Upserted {
  const found = context.org.table(type).get(matches[0] ?? '')
  if (found !== null) {
    updateRecord(context, type, found, input)
    return { id: found.id, created: false }
  }
  const withKey = key.type === 'id' ? input : { ...input, [key.name]: given }
  return { id: createRecord(context, type, withKey), created: true }
}
