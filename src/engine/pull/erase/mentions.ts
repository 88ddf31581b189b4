/** Whether a body that nobody can read, or not wholly, has a text in it. */

/** What was no text is read as one all the same: its ASCII is there. */
export function textOfBytes(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8')
}

/** Whatever its case. A body may have escaped any sign, and in a form the blanks and the `@`. */
export function mentions(body: string, sought: string): boolean {
  const wanted = sought.trim().toLowerCase()
  const plain = body.replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  const escaped = encodeURIComponent(wanted).toLowerCase()
  const lower = plain.toLowerCase()
  return lower.includes(wanted) || lower.includes(escaped)
}
