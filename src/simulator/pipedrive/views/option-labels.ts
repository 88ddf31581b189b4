/** Ids of options with their labels. */
import type { FieldDefinition } from '../store/field.ts'
import { optionOf } from '../store/field-store.ts'
import { type Json, isJsonObject } from '../../json.ts'

/** Options become `{id, label}`; values of other types stay what they are. */
export function withLabels(field: FieldDefinition, value: Json): Json {
  if (field.type === 'enum') return labelled(field, value)
  if (field.type === 'set' && Array.isArray(value)) {
    return value.map((item: Json) => labelled(field, item))
  }
  return value
}

function labelled(field: FieldDefinition, id: Json): Json {
  if (isJsonObject(id) || typeof id !== 'number') return id
  return { id, label: optionOf(field, id)?.label ?? null }
}
