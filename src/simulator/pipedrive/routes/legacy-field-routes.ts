/** Fields as the first version shows them. */
import type { Call, Reply } from '../request/call.ts'
import type { FieldDefinition } from '../store/field.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectName } from '../wire/objects.ts'
import { startPage } from './start-page.ts'
import type { StartPage } from '../wire/wire.ts'

export function listLegacyFields(call: Call, object: ObjectName): Reply<StartPage<JsonObject>> {
  const { fields } = call.company
  const own = fields.all(object).filter(({ custom }) => !custom)
  return startPage(call, [...own, ...fields.custom(object)], viewLegacy)
}

function viewLegacy(field: FieldDefinition): JsonObject {
  const { code, name, type, custom, required, options } = field
  return {
    key: code,
    name,
    field_type: type,
    edit_flag: custom,
    mandatory_flag: required,
    bulk_edit_allowed: field.rule !== 'read_only' || custom,
    active_flag: true,
    ...(options === null ? {} : { options: options.map(({ id, label }) => ({ id, label })) }),
  }
}
