/** Fields as the second version shows them. */
import { type FieldDefinition, type FieldOption, subfieldsOf } from '../store/field.ts'
import { zuluTime } from '../wire/times.ts'
import type { WireField, WireOption } from '../wire/wire.ts'

/** Parts of the metadata that are there for whoever asks. */
export function viewField(field: FieldDefinition, include: readonly string[]): WireField {
  const shown = (name: string, value: object) => (include.includes(name) ? { [name]: value } : {})
  const parts = subfieldsOf(field.type)
  return {
    field_name: field.name,
    field_code: field.code,
    description: field.description,
    field_type: field.type,
    options: field.options?.map(viewOption) ?? null,
    subfields:
      parts.length === 0
        ? null
        : parts.map((part) => ({
            field_code: part,
            field_name: part.replaceAll('_', ' '),
            field_type: part.endsWith('_id') ? 'int' : 'varchar',
          })),
    is_custom_field: field.custom,
    is_optional_response_field: field.optional,
    ...shown('ui_visibility', { add_visible_flag: true, details_visible_flag: true }),
    ...shown('important_fields', { enabled: false, stage_ids: [] }),
    ...shown('required_fields', { enabled: field.required, stage_ids: [] }),
  }
}

function viewOption({ id, label, color, addedAt, updatedAt }: FieldOption): WireOption {
  return {
    id,
    label,
    color,
    update_time: updatedAt === null ? null : zuluTime(updatedAt),
    add_time: addedAt === null ? null : zuluTime(addedAt),
  }
}
