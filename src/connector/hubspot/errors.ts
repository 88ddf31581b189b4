/**
 * What HubSpot's refusals mean: of a whole request (`classify`) and of one input of a batch
 * (`rowResult`). Pure functions of the answer. The vendor asks to treat every part of an error body
 * as optional, and gateways before HubSpot answer in HTML or not at all, so the status leads and the
 * body only refines.
 */
import { type FailureKind, RequestFailure } from '../connector.ts'
import type { WriteResult } from '../write.ts'
import type { Effect } from '../http/client.ts'
import { withoutJson } from '../http/json.ts'
import { httpReason } from '../http/not-the-api.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type ApiError, parseApiError } from './error-body.ts'

interface Verdict {
  readonly kind: FailureKind
  readonly retryAfterMs?: number | null
  readonly reason?: string
}

/** Null for a 2xx: whether its body makes sense is for the reader to say. */
export function classify(response: HttpResponse, effect: Effect): RequestFailure | null {
  const { status } = response
  if (status >= 200 && status < 300) return null
  const body = parseApiError(response.body)
  const verdict = judge(response, body, effect)
  const retryAfterMs = verdict.retryAfterMs ?? retryAfter(response)
  return new RequestFailure({
    kind: verdict.kind,
    status,
    reason: verdict.reason ?? body?.category ?? body?.status ?? httpReason(response),
    message: messageOf(response, body),
    retryAfterMs,
    correlationId: body?.correlationId ?? response.headers['x-hubspot-correlation-id'] ?? null,
  })
}

/** An expired token is worth a new one; every other 401 is not. */
export function isExpired(response: HttpResponse): boolean {
  if (response.status !== 401) return false
  return parseApiError(response.body)?.category === 'EXPIRED_AUTHENTICATION'
}

/** HubSpot says that there is no such record; the category is often left out. */
export function isNotFound(response: HttpResponse): boolean {
  const body = response.status === 404 ? parseApiError(response.body) : null
  return body?.category === 'OBJECT_NOT_FOUND' || body?.message === 'resource not found'
}

const lockPauseMs = 2_000
const migrationPauseMs = 60_000

function judge(response: HttpResponse, body: ApiError | null, effect: Effect): Verdict {
  const { status } = response
  const write = effect === 'write'
  switch (status) {
    case 401:
    case 403:
      return { kind: 'auth' }
    case 400:
      return { kind: write && !concernsAllInputs(body) ? 'poisoned' : 'invalid' }
    case 409:
    case 413:
    case 414:
    case 422:
      return { kind: write ? 'poisoned' : 'invalid' }
    case 408:
      return { kind: 'unknown' }
    case 423:
      return {
        kind: 'unavailable',
        retryAfterMs: Math.max(lockPauseMs, retryAfter(response) ?? 0),
        reason: 'LOCKED',
      }
    case 429:
      return judgeLimit(body)
    case 477:
      return {
        kind: 'unavailable',
        retryAfterMs: retryAfter(response) ?? migrationPauseMs,
        reason: 'MIGRATION',
      }
    case 503:
      // In HubSpot's own words it was turned away; a gateway's page says nothing of what went before.
      return { kind: body === null ? 'unknown' : 'unavailable' }
    default:
      return { kind: status >= 500 ? 'unknown' : 'invalid' }
  }
}

/** Refusals that halving the batch can't cure. */
function concernsAllInputs(body: ApiError | null): boolean {
  return /by non-unique|infer object type|invalid object type/i.test(body?.message ?? '')
}

/** Policies come as `policyName`, or only in the message; the ten-second one contains `secondly` too. */
function judgeLimit(body: ApiError | null): Verdict {
  const words = `${body?.policyName ?? ''} ${body?.message ?? ''}`.toLowerCase()
  if (words.includes('daily')) return { kind: 'exhausted', reason: 'DAILY' }
  if (words.includes('ten_secondly')) {
    return { kind: 'throttled', retryAfterMs: 10_000, reason: 'TEN_SECONDLY_ROLLING' }
  }
  if (words.includes('secondly')) {
    return { kind: 'throttled', retryAfterMs: 1_000, reason: 'SECONDLY' }
  }
  return { kind: 'throttled', retryAfterMs: 10_000, reason: body?.category ?? 'HTTP 429' }
}

/** Seconds, as every vendor that sends the header here does; a date is not understood. */
function retryAfter(response: HttpResponse): number | null {
  const text = response.headers['retry-after']?.trim() ?? ''
  return /^\d+$/.test(text) ? Number(text) * 1_000 : null
}

const longestMessage = 500

function messageOf(response: HttpResponse, body: ApiError | null): string {
  const correlation = body?.correlationId ? ` (correlation id ${body.correlationId})` : ''
  const said = body === null ? withoutJson(response.body) : explain(body)
  return `HubSpot answered ${response.status}: ${said.slice(0, longestMessage)}${correlation}`
}

function explain(body: ApiError): string {
  const scopes = body.errors.flatMap((error) => error.context['requiredGranularScopes'] ?? [])
  const missing = scopes.length > 0 ? ` Required: ${scopes.join(', ')}.` : ''
  const details = body.problems.map((problem) => problem.message).join('; ')
  return (details || body.message || body.category || body.status || 'no message') + missing
}

const takenValue = 'CONFLICTING_UNIQUE_VALUE'

/** Categories that say nothing about the input: sent again, it may pass. */
const transientCategory = /RATE_LIMIT|INTERNAL|TIMEOUT|UNAVAILABLE|LOCKED|TRANSIENT|SERVER_ERROR/i
const transientMessage = /internal error|timed? ?out|temporar|try again|rate limit|secondly limit/i

/** What one entry of a batch's `errors`, or the whole answer to a batch of one, says of its input. */
export function rowResult(error: ApiError): WriteResult {
  const message = explain(error).slice(0, longestMessage)
  const codes = codesOf(error)
  if (error.category === 'OBJECT_NOT_FOUND') return { status: 'gone', message }
  if (isConflict(error, codes)) {
    return { status: 'conflict', existingId: existingIdIn(error), message }
  }
  if (codes.length === 0 && isTransient(error)) return { status: 'unaccounted' }
  const code = codes.find((known) => known !== takenValue) ?? codes[0]
  return { status: 'rejected', reason: code ?? error.category ?? 'UNSPECIFIED', message }
}

function codesOf(error: ApiError): readonly string[] {
  const codes = [...error.problems, ...error.errors].map((problem) => problem.code)
  return codes.filter((code) => code !== null)
}

/** With another fault beside it, knowing the existing record would not make the input acceptable. */
function isConflict(error: ApiError, codes: readonly string[]): boolean {
  if (codes.length > 0) return codes.every((code) => code === takenValue)
  const said = error.message ?? ''
  return error.category === 'CONFLICT' || /already exists|CONFLICTING_UNIQUE_VALUE/i.test(said)
}

function isTransient(error: ApiError): boolean {
  if (error.category === 'VALIDATION_ERROR') return false
  return transientCategory.test(error.category ?? '') || transientMessage.test(error.message ?? '')
}

/** HubSpot names the existing record only in the text. */
function existingIdIn(error: ApiError): string | null {
  const texts = [error.message ?? '', ...error.problems.map((problem) => problem.message)]
  for (const text of texts) {
    const found = /existing id:?\s*(\d+)/i.exec(text) ?? /(\d+) already has that value/i.exec(text)
    if (found?.[1] !== undefined) return found[1]
  }
  return null
}
