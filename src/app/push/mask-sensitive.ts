/** Values of fields marked `sensitive` are shown to nobody; whether there is one may be seen. */
import { maskedValue } from '../../core/mapping/sensitive.ts'
import type { CrmValue, FieldChange } from '../../model/operation.ts'
import type { PushSync } from '../../model/sync.ts'

export interface SensitiveMask {
  changes(changes: Readonly<Record<string, FieldChange>>): Readonly<Record<string, FieldChange>>
  values(values: Readonly<Record<string, CrmValue>>): Readonly<Record<string, CrmValue>>
  /** Of a message from before the field was marked, nothing but the field is left. */
  message(message: string | null): string | null
  value(field: string, value: CrmValue): CrmValue
}

export function maskSensitive({ fields }: Pick<PushSync, 'fields'>): SensitiveMask {
  const sensitive = fields.filter((mapping) => mapping.sensitive).map((mapping) => mapping.field)
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
      // What is marked is masked before it is stored.
      if (message === null || message.includes(maskedValue)) return message
      const about = sensitive.filter((field) => message.includes(field))
      return about.length === 0 ? message : `${about.join(', ')}: ${maskedValue}`
    },
  }
}

function mask(value: CrmValue): CrmValue {
  return value === null ? null : maskedValue
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
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]))
}
