/**
 * What Pipedrive's refusals mean: a pure function of the answer. Only errors in its own form are its own
 * words; pages come from what stands before it.
 */
import { type FailureKind, RequestFailure } from '../connector.ts'
import { withoutJson } from '../http/json.ts'
import { httpReason } from '../http/not-the-api.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type Problem, problemIn } from './error-body.ts'
import { blockedPauseMs, burst, countIn, dayOf, dearest, windowOf } from './limits.ts'

interface Verdict {
  readonly kind: FailureKind
  readonly reason?: string
  readonly retryAfterMs?: number
}

/** Of a 429 while requests were left in the window and nothing is told of the day. */
export const unexplained = 'RATE_LIMIT'
/** Of a 403 for want of a scope. */
export const scopeMissing = 'SCOPE'

/** Null for a 2xx: whether its body makes sense is for the reader to say. */
export function classify(response: HttpResponse): RequestFailure | null {
  const { status } = response
  if (status >= 200 && status < 300) return null
  const problem = problemIn(response.body)
  const { kind, reason, retryAfterMs } = judge(response, problem)
  return new RequestFailure({
    kind,
    status,
    reason: reason ?? problem?.code ?? httpReason(response),
    message: `Pipedrive answered ${status}: ${said(response, problem)}`,
    retryAfterMs: retryAfterMs ?? null,
  })
}

/** A token that is over and one that is wrong are refused alike; whoever can renews it once. */
export function isExpired({ status }: HttpResponse): boolean {
  return status === 401
}

function judge(response: HttpResponse, problem: Problem | null): Verdict {
  const { status } = response
  switch (status) {
    case 401:
      return { kind: 'auth' }
    case 402:
      return { kind: 'auth', reason: problem?.code ?? 'PAYMENT_REQUIRED' }
    case 403:
      return judgeForbidden(problem)
    case 408:
      return { kind: 'unknown' }
    case 429:
      return judgeLimit(response)
    default:
      // Without Pipedrive's own words nothing is known of a record, as it would be of one that is gone.
      return { kind: status >= 500 || problem === null ? 'unknown' : 'invalid' }
  }
}

/** A page comes from the gate before the API, to whoever went on after being refused. */
function judgeForbidden(problem: Problem | null): Verdict {
  if (problem === null) {
    return { kind: 'throttled', reason: 'BLOCKED', retryAfterMs: blockedPauseMs }
  }
  return /scope/i.test(problem.error) ? { kind: 'auth', reason: scopeMissing } : { kind: 'auth' }
}

/** Nothing tells the two limits apart but what is left of each. */
function judgeLimit(response: HttpResponse): Verdict {
  const { remaining = null } = windowOf(response)
  const seconds = countIn(response.headers['x-ratelimit-reset'])
  const retryAfterMs = Math.max(seconds === null ? 0 : seconds * 1_000, burst.windowMs)
  if (remaining === null || remaining === 0) {
    return { kind: 'throttled', reason: 'BURST', retryAfterMs }
  }
  const day = dayOf(response)
  if (day !== null && day.left < dearest) return { kind: 'exhausted', reason: 'DAILY' }
  return { kind: 'throttled', reason: unexplained, retryAfterMs }
}

const longestQuote = 300

function said({ body }: HttpResponse, problem: Problem | null): string {
  if (problem === null) return withoutJson(body).slice(0, longestQuote)
  const text = problem.info === null ? problem.error : `${problem.error} (${problem.info})`
  return text.slice(0, longestQuote)
}
