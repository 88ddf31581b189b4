/** Turns the members of a record in a request into values for its fields, or refuses them by name. */
import { noSuchColumn, refused } from '../wire/api-error.ts'
import { memberOf } from '../request/call.ts'
import type { FieldDefinition } from '../store/field.ts'
import { isCompoundType } from '../store/field.ts'
import { fieldValue } from './field-values.ts'
import { isJsonObject } from '../wire/json.ts'
import type { Json, JsonObject } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import { checkReference } from './references.ts'
import type { FieldValue } from '../store/records.ts'
import { isKeyField } from '../store/records.ts'
import type { WriteContext } from './write-context.ts'

export type WriteMode = 'create' | 'update'

/** By the field's own name; null clears. */
export type InputValues = ReadonlyMap<string, FieldValue | null>

export function inputValues(
  context: WriteContext,
  type: ObjectType,
  input: JsonObject,
  mode: WriteMode,
): InputValues {
  const values = new Map<string, FieldValue | null>()
  const locked: string[] = []
  for (const [name, given] of Object.entries(input)) {
    if (name === 'attributes') continue
    const field = visibleField(context, type, name)
    if (field === null) {
      const [reference, id] = parentOf(context, type, name, { given, mode })
      values.set(reference.name, id)
      continue
    }
    if (field.type === 'id' && (mode === 'update' || given === null)) continue
    if (!isWritable(context, type, field, mode)) {
      locked.push(field.name)
      continue
    }
    const value = fieldValue(field, given)
    if (field.type === 'reference' && value !== null) {
      checkReference(context, type, field, String(value))
    }
    values.set(field.name, value)
  }
  if (locked.length > 0) throw notWritable(locked)
  return values
}

export function visibleField(
  { permissions }: WriteContext,
  type: ObjectType,
  name: string,
): FieldDefinition | null {
  const field = type.find(name)
  return field !== null && permissions.sees(type, field) ? field : null
}

function isWritable(
  { permissions, origin }: WriteContext,
  type: ObjectType,
  field: FieldDefinition,
  mode: WriteMode,
): boolean {
  if (origin.source === 'system') return !isCompoundType(field.type)
  const able = mode === 'create' ? field.createable : field.updateable
  return able && permissions.writes(type, field)
}

function notWritable(names: readonly string[]) {
  const list = names.join(', ')
  const message = `Unable to create/update fields: ${list}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`
  return refused('INVALID_FIELD_FOR_INSERT_UPDATE', message, names)
}

/** `"Account": { "Ext__c": "A-1" }`: the parent by its external id instead of its own. */
function parentOf(
  context: WriteContext,
  type: ObjectType,
  name: string,
  { given, mode }: { readonly given: Json; readonly mode: WriteMode },
): readonly [FieldDefinition, string | null] {
  const reference = type.relationship(name)
  if (reference === null || visibleField(context, type, reference.name) === null) {
    throw noSuchColumn(name, type.name)
  }
  if (!isWritable(context, type, reference, mode)) throw notWritable([reference.name])
  if (given === null) return [reference, null]
  const { org, permissions } = context
  const parent = org.findType(reference.referenceTo[0] ?? '')
  const members = isJsonObject(given)
    ? Object.keys(given).filter((key) => key !== 'attributes')
    : []
  const keyName = members[0]
  if (!isJsonObject(given) || keyName === undefined || members.length > 1 || parent === null) {
    throw refused('INVALID_FIELD', `${name} must name one external id field`)
  }
  const key = parent.find(keyName)
  if (key === null || !isKeyField(key) || !permissions.sees(parent, key)) {
    throw refused(
      'INVALID_FIELD',
      `Field name provided, ${keyName} does not match an External ID, Salesforce Id, or indexed field for ${parent.name}`,
    )
  }
  const value = fieldValue(key, memberOf(given, keyName) ?? null)
  const found = value === null ? [] : org.table(parent).withKey(key, value)
  const [id, ...others] = found
  if (id === undefined) {
    const message = `Foreign key external ID: ${String(value).toLowerCase()} not found for field ${key.name} in entity ${parent.name}`
    throw refused('INVALID_FIELD', message)
  }
  if (others.length > 0) {
    const message = `${key.name}: more than one record found for external id field: [${found.join(', ')}]`
    throw refused('DUPLICATE_EXTERNAL_ID', message, [key.name])
  }
  return [reference, id]
}
