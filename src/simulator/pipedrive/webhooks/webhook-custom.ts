/** Custom fields in the payloads of webhooks: objects that name their type, unlike anywhere else. */
import type { Company } from '../store/company.ts'
import type { FieldDefinition } from '../store/field.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { Values } from '../store/records.ts'

/** Of all custom fields of an object; unset ones are null. */
export function typedCustomFields(
  company: Company,
  object: ObjectName,
  values: Values,
): JsonObject {
  const entries = company.fields
    .custom(object)
    .map((field): readonly [string, Json] => [field.code, typed(field, values[field.code] ?? null)])
  return Object.fromEntries(entries)
}

function typed({ type }: FieldDefinition, value: Json): Json {
  if (value === null) return null
  switch (type) {
    case 'enum':
    case 'user':
    case 'org':
    case 'people':
      return { type, id: value }
    case 'set':
      return { type, values: (Array.isArray(value) ? value : []).map((id: Json) => ({ id })) }
    default:
      return isJsonObject(value) ? { type, ...value } : { type, value }
  }
}
