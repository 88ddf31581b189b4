/** Since when, by the CRM's clock, an answer tells of the CRM. Ours decides nothing: it may be wrong. */
import { instantOf } from '../../core/change/instant.ts'
import { RequestFailure } from '../connector.ts'
import type { Answer } from './client.ts'

/** `Date` has no fractions; whether they are cut or rounded is the sender's. */
const resolutionMs = 1_000

/** An instant at which the answer can not have been put together yet. Throws `unknown` where it has no date. */
export function askedAt({ status, headers, tookMs }: Answer): string {
  const date = Date.parse(headers['date'] ?? '')
  const at = Number.isNaN(date)
    ? null
    : instantOf(new Date(date - Math.ceil(tookMs) - resolutionMs).toISOString())
  if (at !== null) return at
  const message = `the answer ${status} does not say its date`
  throw new RequestFailure({ kind: 'unknown', status, reason: 'undated', message })
}
