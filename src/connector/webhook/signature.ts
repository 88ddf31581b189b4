/** Whether a webhook was signed with the secret, and lately. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { millisecondsOf } from './time.ts'
import type { WebhookOptions } from './options.ts'

/** Names of headers in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * `now` is milliseconds since the epoch. The body is the very bytes that were sent. Signatures are compared as digests, in constant
 * time and whatever else is wrong, so that a refusal tells nothing of how near it came (promise 8).
 */
export function isSigned(
  { secret, header, encoding, prefix, timestamp, signed }: WebhookOptions['signature'],
  headers: Headers,
  body: Uint8Array,
  now: number,
): boolean {
  const told = timestamp === undefined ? '' : headerIn(headers, timestamp.header)
  const template = signed ?? (timestamp === undefined ? '{body}' : '{timestamp}.{body}')
  const [before = '', after = ''] = template.replaceAll('{timestamp}', () => told).split('{body}')
  const expected = createHmac('sha256', secret).update(before).update(body).update(after)
  const presented = headerIn(headers, header)
  const wanted = `${prefix}${expected.digest(encoding)}`
  // Hexadecimal digits in capitals are the same digits.
  const written = encoding === 'hex' ? lowerAfter(presented, prefix.length) : presented
  const isTrue = timingSafeEqual(digest(written), digest(wanted))
  return isTrue && (timestamp === undefined || isRecent(told, timestamp.within_seconds, now))
}

function headerIn(headers: Headers, name: string): string {
  const value = headers[name.toLowerCase()]
  return typeof value === 'string' ? value : ''
}

function lowerAfter(text: string, length: number): string {
  return text.slice(0, length) + text.slice(length).toLowerCase()
}

function isRecent(told: string, seconds: number, now: number): boolean {
  const at = millisecondsOf(told)
  return at !== null && Math.abs(now - at) <= seconds * 1_000
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
