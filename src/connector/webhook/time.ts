/** Times as webhooks write them: an instant with its zone, or seconds or milliseconds since 1970. */
import { instantOf } from '../../core/change/instant.ts'

/** Whole seconds have ten digits from 2001 to 2286, milliseconds thirteen. */
const sinceEpoch = /^(\d{10})(?:(\d{3})|\.(\d{1,6}))?$/

/** A canonical instant; null for what is none. */
export function instantIn(text: string): string | null {
  const [, seconds, milliseconds, fraction] = sinceEpoch.exec(text) ?? []
  if (seconds === undefined) return instantOf(text)
  const whole = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)
  return `${whole}.${(milliseconds ?? fraction ?? '').padEnd(6, '0')}Z`
}

/** Milliseconds since the epoch; null for what is no time. */
export function millisecondsOf(text: string): number | null {
  const instant = instantIn(text)
  return instant === null ? null : Date.parse(instant)
}
