/**
 * Which texts a warehouse can hold exactly. A CRM that cuts texts at so many units leaves half of an emoji behind, a surrogate
 * without its pair, which no warehouse's texts can hold; some lack U+0000 as well. JSON can escape both, where the
 * warehouse's own reading of JSON lets it.
 */
import type { Dialect } from './dialect.ts'

/** Whether it can stand in a column of text. */
export function isHeldAsText({ texts }: Pick<Dialect, 'texts'>, text: string): boolean {
  return text.isWellFormed() && (texts.holdZero || !text.includes('\0'))
}

/** Whether it can stand in a column of JSON; `json` is JSON, as `escapedJson` gives it. */
export function isHeldAsJson({ texts }: Pick<Dialect, 'texts'>, json: string): boolean {
  return texts.halvesInJson || stringsIn(json).every((text) => text.isWellFormed())
}

/** Whether each of its texts can stand in a column of lists of texts. */
export function isHeldAsTexts(dialect: Pick<Dialect, 'texts'>, json: string): boolean {
  return json.isWellFormed() && stringsIn(json).every((text) => isHeldAsText(dialect, text))
}

/** The same JSON as a text that every warehouse can hold. */
export function escapedJson(json: string): string {
  return json.replaceAll(
    /\p{Surrogate}/gu,
    (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A message that a CRM wrote, as every warehouse can hold it: it may contain U+0000. */
export function withoutNul(message: string | null): string | null {
  return message === null ? null : message.replaceAll('\0', '\ufffd')
}

/** Those that an escape may have made odd. */
function stringsIn(json: string): readonly string[] {
  if (!/\\u(0000|d[89a-f])/i.test(json)) return []
  const strings: string[] = []
  JSON.parse(json, (key, value: unknown) => {
    strings.push(key, ...(typeof value === 'string' ? [value] : []))
    return value
  })
  return strings
}
