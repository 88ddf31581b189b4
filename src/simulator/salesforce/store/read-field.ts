/** The value of a field in a record, computed ones included, as queries and answers see it. */
import { doubleText } from '../wire/double-text.ts'
import type { FieldDefinition } from './field.ts'
import { ExactNumber } from '../wire/json.ts'
import type { ObjectType } from './object-type.ts'
import type { FieldValue, StoredRecord } from './records.ts'
import { wireTime } from '../wire/wire-time.ts'

/** Null where it is empty; compound addresses are not among them, see `readCompound`. */
export function readField(
  type: ObjectType,
  field: FieldDefinition,
  record: StoredRecord,
): FieldValue | null {
  switch (field.name) {
    case 'Id':
      return record.id
    case 'IsDeleted':
      return record.deletedAt !== null
    case 'CreatedDate':
      return wireTime(record.createdAt)
    case 'CreatedById':
      return record.createdBy
    case 'LastModifiedDate':
      return wireTime(record.modifiedAt)
    case 'LastModifiedById':
      return record.modifiedBy
    case 'SystemModstamp':
      return wireTime(record.stampedAt)
    default: {
      const stored = record.values[field.name]
      if (stored !== undefined) return stored
      if (field.type === 'boolean') return false
      return field.nameField ? personName(type, record) : null
    }
  }
}

/** Where a name has parts it is put together from them. */
function personName(type: ObjectType, { values }: StoredRecord): string | null {
  if (type.find('LastName') === null) return null
  const parts = [values['FirstName'], values['LastName']].filter((part) => part !== undefined)
  return parts.length === 0 ? null : parts.join(' ')
}

/** The same value as answers write it. */
export function shownValue({ type }: FieldDefinition, value: FieldValue | null): FieldValue | null {
  const isNumber = typeof value === 'number' || value instanceof ExactNumber
  return isNumber && type !== 'int' ? new ExactNumber(doubleText(String(value))) : value
}

/** The parts of an address or a place by their short names, or null where all are empty. */
export function readCompound(
  type: ObjectType,
  field: FieldDefinition,
  { values }: StoredRecord,
): Readonly<Record<string, FieldValue | null>> | null {
  const parts = type
    .fields()
    .filter(({ compoundFieldName }) => compoundFieldName === field.name)
    .map((part) => {
      const value = shownValue(part, values[part.name] ?? null)
      return [partName(field.name, part.name), value] as const
    })
  return parts.every(([, value]) => value === null) ? null : Object.fromEntries(parts)
}

/** `BillingStreet` of `BillingAddress` is `street`; `Spot__Latitude__s` of `Spot__c` is `latitude`. */
function partName(compound: string, part: string): string {
  const stem = compound.replace(/Address$/, '').replace(/__c$/, '__')
  const short = part.slice(stem.length).replace(/__s$/, '')
  return `${short.charAt(0).toLowerCase()}${short.slice(1)}`
}
