/** Values of fields marked `sensitive` are shown to nobody; whether there is one may be seen. */
import { fieldMappings } from '../core/mapping/mapping.ts'
import type { CrmValue, FieldChange } from '../model/operation.ts'
import type { PushSync } from '../model/sync.ts'

/** Instead of a value of a field marked `sensitive`. */
const masked = '•••'

export interface SensitiveMask {
  changes(changes: Readonly<Record<string, FieldChange>>): Readonly<Record<string, FieldChange>>
  values(values: Readonly<Record<string, CrmValue>>): Readonly<Record<string, CrmValue>>
  /** A message about a sensitive field may quote its value, so nothing but the field is left. */
  message(message: string | null): string | null
  value(field: string, value: CrmValue): CrmValue
}

export function maskSensitive(sync: PushSync): SensitiveMask {
  const sensitive = fieldMappings(sync)
    .filter((mapping) => mapping.sensitive)
    .map((mapping) => mapping.field)
  const value = (field: string, given: CrmValue): CrmValue =>
    sensitive.includes(field) ? mask(given) : given
  return {
    value,
    changes: (changes) =>
      mapEntries(changes, (field, change) =>
        sensitive.includes(field) ? maskChange(change) : change,
      ),
    values: (values) => mapEntries(values, value),
    message: (message) => {
      const about = sensitive.filter((field) => message?.includes(field))
      return about.length === 0 ? message : `${about.join(', ')}: ${masked}`
    },
  }
}

function mask(value: CrmValue): CrmValue {
  return value === null ? null : masked
}

function maskChange(change: FieldChange): FieldChange {
  return {
    ...(change.sent === undefined ? {} : { sent: mask(change.sent) }),
    ...(change.crm === undefined ? {} : { crm: mask(change.crm) }),
    after: mask(change.after),
  }
}

function mapEntries<T>(
  record: Readonly<Record<string, T>>,
  map: (name: string, value: T) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, map(name, value)]),
  )
}
