/** The account behind a credential, and when its day ends. */
import { type Account, RequestFailure } from '../connector.ts'
import { textIn } from '../http/json.ts'
import { type HubSpotApi, idIn, sendJson } from './api.ts'

const path = '/account-info/v3/details'

export async function readAccount(api: HubSpotApi): Promise<Account> {
  const body = await sendJson(api, { method: 'GET', path, endpoint: `GET ${path}`, effect: 'read' })
  const id = idIn(body, 'portalId')
  if (id === null) {
    const message = 'HubSpot answered the account details without a portal id'
    throw new RequestFailure({ kind: 'unknown', status: 200, reason: 'unreadable', message })
  }
  return { id, name: `HubSpot account ${id}`, timeZone: textIn(body, 'timeZone') }
}

/** Daily budgets reset at the account's midnight; said where the account's zone is known. */
export function untilReset(
  failure: RequestFailure,
  now: number,
  timeZone: string | null,
): RequestFailure {
  if (failure.kind !== 'exhausted' || failure.retryAfterMs !== null || timeZone === null) {
    return failure
  }
  const retryAfterMs = untilMidnight(now, timeZone)
  if (retryAfterMs === null) return failure
  const { kind, status, reason, message, correlationId } = failure
  return new RequestFailure({ kind, status, reason, message, correlationId, retryAfterMs })
}

const dayMs = 86_400_000

/** Milliseconds until the next midnight of the zone; null for a zone that isn't known here. */
export function untilMidnight(now: number, timeZone: string): number | null {
  const elapsed = timeOfDay(now, timeZone)
  if (elapsed === null) return null
  // A day may have 23 or 25 hours: look at the clock there, and correct by what it shows.
  const guess = dayMs - elapsed
  const shown = timeOfDay(now + guess, timeZone) ?? 0
  return guess + (shown > dayMs / 2 ? dayMs - shown : -shown)
}

function timeOfDay(instant: number, timeZone: string): number | null {
  try {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' })
    const [hours = 0, minutes = 0, seconds = 0] = format.format(instant).split(':').map(Number)
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + (instant % 1_000)
  } catch {
    return null
  }
}
