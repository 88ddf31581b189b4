/** Keeps values of fields marked `sensitive` out of what is told about a row. */
import { shownLength } from './coerce.ts'

/** Stands for a value that is not shown. */
export const maskedValue = '•••'

/** As much of a compiled field as masking needs. */
interface MaskableField {
  readonly field: { readonly name: string }
  readonly mapping: { readonly sensitive: boolean }
}

/** The message without the given values of sensitive fields; `values` is by field name. */
export function maskMessage(
  message: string,
  values: Readonly<Record<string, string | null>>,
  mapping: { readonly fields: readonly MaskableField[] },
): string {
  let masked = message
  for (const { field, mapping: said } of mapping.fields) {
    const value = values[field.name] ?? null
    if (!said.sensitive || value === null || value === '') continue
    // A message may quote the value as JSON, and the CRM may have trimmed or lower-cased it.
    const quoted = JSON.stringify(value).slice(1, -1)
    const start = value.slice(0, shownLength)
    const forms = [value, quoted, value.trim(), value.trim().toLowerCase()]
    forms.push(start, JSON.stringify(start).slice(1, -1))
    for (const form of new Set(forms)) {
      if (form !== '') masked = masked.replaceAll(form, maskedValue)
    }
  }
  return masked
}
