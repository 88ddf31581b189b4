/** Times as Pipedrive writes them: to the second, in two forms. */

/** `2025-01-01T10:20:00Z`, as in the second version. */
export function zuluTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** `2025-01-01 10:20:00`, always UTC, as in the first version. */
export function spacedTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** RFC 3339 without a fraction of a second; null for anything else. */
export function readZulu(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(text)) return null
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}

export function readSpaced(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null
  const at = Date.parse(`${text.replace(' ', 'T')}Z`)
  return Number.isNaN(at) ? null : at
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}

export function secondOf(at: number): number {
  return Math.floor(at / 1000) * 1000
}
