/** Whether a reference may point where it does. */
import { refused } from '../wire/api-error.ts'
import type { FieldDefinition } from '../store/field.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { WriteContext } from './write-context.ts'

export function checkReference(
  { org, permissions }: WriteContext,
  type: ObjectType,
  field: FieldDefinition,
  id: string,
): void {
  const names = [field.name]
  const target = org.typeOfId(id)
  if (target === null || !field.referenceTo.includes(target.name)) {
    const message = `${field.label}: id value of incorrect type: ${id}`
    throw refused('FIELD_INTEGRITY_EXCEPTION', message, names)
  }
  const record = org.table(target).get(id)
  if (record === null) {
    throw refused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', names)
  }
  if (record.deletedAt !== null) throw refused('ENTITY_IS_DELETED', 'entity is deleted', names)
  if (!permissions.may(target, 'read')) {
    const message = 'insufficient access rights on cross-reference id'
    throw refused('INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', message, names)
  }
  if (target.name === 'RecordType' && record.values['SobjectType'] !== type.name) {
    const message = `Record Type ID: this ID value isn't valid for the user: ${id}`
    throw refused('INVALID_CROSS_REFERENCE_KEY', message, names)
  }
}
