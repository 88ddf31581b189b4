/** An access token that says how long it lives: it is renewed shortly before its time. */
import type { Clock } from '../../model/clock.ts'
import { bearer, type Credential } from '../http/credential.ts'
import { isObject, textIn } from '../http/json.ts'

export interface BearerToken {
  readonly credential: Credential
  /** Monotonic time from which it is renewed before use. */
  readonly staleAt: number
}

const marginMs = 60_000

/** Null where the endpoint's answer has none; `usualSeconds` is its life where the answer does not say. */
export function bearerToken(body: unknown, clock: Clock, usualSeconds: number): BearerToken | null {
  const token = isObject(body) ? textIn(body, 'access_token') : null
  if (!isObject(body) || token === null) return null
  const seconds = typeof body['expires_in'] === 'number' ? body['expires_in'] : usualSeconds
  const lifeMs = seconds * 1_000
  const staleAt = clock.monotonic() + lifeMs - Math.min(marginMs, lifeMs / 2)
  return { credential: bearer(token), staleAt }
}
