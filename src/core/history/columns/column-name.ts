/**
 * What a field's column is called. Most CRMs give their fields names that read well and that people know from the
 * vendor's own pages; where the name is a key that says nothing, the label speaks.
 */

/** A run of hexadecimal digits this long is no word: Pipedrive's custom fields are 40 of them. */
const opaque = /[0-9a-f]{16,}/i

/** Whether a field's name says nothing, so that only its label can name a column. */
export function isOpaque(name: string): boolean {
  return opaque.test(name)
}

/** Lower-case words, joined by underscores; it never begins with an underscore or a digit. */
export function columnName(field: { readonly name: string; readonly label: string }): string {
  const words = isOpaque(field.name) ? snakeCase(field.label) : snakeCase(field.name)
  if (words === '') return 'field'
  return /^\p{N}/u.test(words) ? `field_${words}` : words
}

/** Names that a tool may have given to a field's column, as it derives them: from the field's name, or from its label. */
export function likelyNames(field: {
  readonly name: string
  readonly label: string
}): readonly string[] {
  return [columnName(field), snakeCase(field.name), snakeCase(field.label), field.name]
}

function snakeCase(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase()
}
