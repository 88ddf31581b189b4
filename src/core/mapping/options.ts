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
    return refuse(
      'value.ambiguous_option',
      `the label ${JSON.stringify(text)} belongs to several options: ${candidates}`,
    )
  }
  return refuse(
    'value.unknown_option',
    `${JSON.stringify(text)} is none of the options ${listed(options)}`,
  )
}

/** Several values: a JSON array from an array column, else texts joined by `;`. */
export function optionValues(
  text: string,
  kind: ValueKind,
  options: readonly FieldOption[] | null,
): Found {
  const parts = partsOf(text, kind)
  if (parts === null) {
    return refuse('value.not_a_list', `${text} is no list of texts`)
  }
  const chosen = new Set<string>()
  for (const part of parts) {
    if (part === '') return refuse('value.unknown_option', 'an empty text is none of the options')
    const found = optionValue(part, options)
    if (!found.ok) return found
    // The list is kept as one text with this separator, where such a value would become two.
    if (found.value.includes(separator)) {
      return refuse('value.unstorable', `${JSON.stringify(found.value)} contains a semicolon`)
    }
    chosen.add(found.value)
  }
  const known = (options ?? []).map((option) => option.value).filter((value) => chosen.has(value))
  const unlisted = [...chosen].filter((value) => !known.includes(value)).toSorted()
  return { ok: true, value: [...known, ...unlisted].join(separator) }
}

const separator = ';'

/** Null for what is no list of texts: numbers and nulls in it are not made into texts. */
function partsOf(text: string, kind: ValueKind): readonly string[] | null {
  if (kind !== 'text_array' && kind !== 'json') {
    return text.split(separator).map((part) => part.trim())
  }
  const parsed: unknown = JSON.parse(text)
  if (!Array.isArray(parsed)) return null
  return parsed.every((part) => typeof part === 'string') ? parsed : null
}

function refuse(reason: string, message: string): Found {
  return { ok: false, reason, message }
}

function listed(options: readonly FieldOption[]): string {
  const shown = options.slice(0, 10).map((option) => option.value)
  const more = options.length > shown.length ? `, … (${options.length} in all)` : ''
  return shown.join(', ') + more
}
