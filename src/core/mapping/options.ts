/** Values of enumerations: by value or by label, exactly one, or refused with the candidates. */
import type { FieldOption } from '../../model/field.ts'
import type { ValueKind } from '../../model/value.ts'

type Found =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly reason: string; readonly message: string }

/** A field without a list of options takes any value: the CRM keeps the list elsewhere. */
export function optionValue(text: string, options: readonly FieldOption[] | null): Found {
  if (options === null) return { ok: true, value: text }
  if (options.some((option) => option.value === text)) return { ok: true, value: text }
  const labelled = options.filter((option) => option.label === text)
  const [only] = labelled
  if (labelled.length === 1 && only !== undefined) return { ok: true, value: only.value }
  if (labelled.length > 1) {
    const candidates = labelled.map((option) => option.value).join(', ')
    return {
      ok: false,
      reason: 'value.ambiguous_option',
      message: `the label ${JSON.stringify(text)} belongs to several options: ${candidates}`,
    }
  }
  return {
    ok: false,
    reason: 'value.unknown_option',
    message: `${JSON.stringify(text)} is none of the options ${listed(options)}`,
  }
}

/** Several values: a JSON array from an array column, else texts joined by `;`. */
export function optionValues(
  text: string,
  kind: ValueKind,
  options: readonly FieldOption[] | null,
): Found {
  const chosen = new Set<string>()
  for (const part of partsOf(text, kind)) {
    if (part === '') {
      return {
        ok: false,
        reason: 'value.unknown_option',
        message: 'an empty text is none of the options',
      }
    }
    const found = optionValue(part, options)
    if (!found.ok) return found
    chosen.add(found.value)
  }
  const known = (options ?? []).map((option) => option.value).filter((value) => chosen.has(value))
  const unlisted = [...chosen].filter((value) => !known.includes(value)).sort()
  return { ok: true, value: [...known, ...unlisted].join(';') }
}

function partsOf(text: string, kind: ValueKind): readonly string[] {
  if (kind !== 'text_array' && kind !== 'json') return text.split(';').map((part) => part.trim())
  const parsed: unknown = JSON.parse(text)
  if (!Array.isArray(parsed)) return [text]
  return parsed.filter((part) => part !== null).map((part) => String(part))
}

function listed(options: readonly FieldOption[]): string {
  const shown = options.slice(0, 10).map((option) => option.value)
  const more = options.length > shown.length ? `, … (${options.length} in all)` : ''
  return shown.join(', ') + more
}
