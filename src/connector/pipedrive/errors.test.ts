import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../connector.ts'
import { answer } from '../http/scripted-transport.ts'
import type { HttpResponse } from '../http/transport.ts'
import { classify, isExpired } from './errors.ts'

const blocked = '<html><head><title>Access denied</title></head><body>Error 1015</body></html>'

function said(error: string, more: object = {}): object {
  const info = 'Please check developers.pipedrive.com for more information.'
  return { success: false, error, error_info: info, data: null, ...more }
}

const limited = said('request over rate limit', { errorCode: 429 })
const leftInWindow = { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '7' }

interface Row {
  readonly what: string
  readonly response: HttpResponse
  readonly kind: FailureKind
  readonly reason: string
  readonly retryAfterMs?: number
}

const rows: readonly Row[] = [
  {
    what: '400 of a parameter',
    response: answer(400, said('updated_since must be an RFC 3339 time')),
    kind: 'invalid',
    reason: 'HTTP 400',
  },
  {
    what: '400 with a word for machines',
    response: answer(400, said('no', { code: 'feature_capping_deals_limit' })),
    kind: 'invalid',
    reason: 'feature_capping_deals_limit',
  },
  {
    what: '401',
    response: answer(401, said('unauthorized access')),
    kind: 'auth',
    reason: 'HTTP 401',
  },
  { what: '401 with a page', response: answer(401, blocked), kind: 'auth', reason: 'HTTP 401' },
  {
    what: '402 of a company that does not pay',
    response: answer(402, said('Company account is not open')),
    kind: 'auth',
    reason: 'PAYMENT_REQUIRED',
  },
  {
    what: '403 of a missing scope',
    response: answer(403, said('Scope and URL mismatch', { errorCode: 403 })),
    kind: 'auth',
    reason: 'SCOPE',
  },
  {
    what: '403 of a user who may not',
    response: answer(403, said('Forbidden')),
    kind: 'auth',
    reason: 'HTTP 403',
  },
  {
    what: '403 with a page of the gate before the API',
    response: answer(403, blocked),
    kind: 'throttled',
    reason: 'BLOCKED',
    retryAfterMs: 60_000,
  },
  {
    what: '404',
    response: answer(404, said('Deal not found')),
    kind: 'invalid',
    reason: 'HTTP 404',
  },
  {
    what: '404 with a page',
    response: answer(404, blocked),
    kind: 'unknown',
    reason: 'not_the_api',
  },
  { what: 'a redirect', response: answer(302, ''), kind: 'unknown', reason: 'not_the_api' },
  { what: '404 with nothing', response: answer(404, ''), kind: 'unknown', reason: 'HTTP 404' },
  { what: '405', response: answer(405, said('no')), kind: 'invalid', reason: 'HTTP 405' },
  { what: '408', response: answer(408, said('late')), kind: 'unknown', reason: 'HTTP 408' },
  { what: '410', response: answer(410, said('gone')), kind: 'invalid', reason: 'HTTP 410' },
  { what: '422', response: answer(422, said('no')), kind: 'invalid', reason: 'HTTP 422' },
  {
    what: '429 of the two seconds',
    response: answer(429, limited, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2' }),
    kind: 'throttled',
    reason: 'BURST',
    retryAfterMs: 2_000,
  },
  {
    what: '429 of the two seconds, with a longer reset',
    response: answer(429, limited, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' }),
    kind: 'throttled',
    reason: 'BURST',
    retryAfterMs: 5_000,
  },
  {
    what: '429 without headers',
    response: answer(429, limited),
    kind: 'throttled',
    reason: 'BURST',
    retryAfterMs: 2_000,
  },
  {
    what: '429 of the day, by the tokens left',
    response: answer(429, limited, { ...leftInWindow, 'x-daily-ratelimit-token-remaining': '3' }),
    kind: 'exhausted',
    reason: 'DAILY',
  },
  {
    what: '429 with requests and tokens left',
    response: answer(429, limited, { ...leftInWindow, 'x-daily-ratelimit-token-remaining': '40' }),
    kind: 'throttled',
    reason: 'RATE_LIMIT',
    retryAfterMs: 2_000,
  },
  {
    what: '429 with requests left, and nothing told of the day',
    response: answer(429, limited, leftInWindow),
    kind: 'throttled',
    reason: 'RATE_LIMIT',
    retryAfterMs: 2_000,
  },
  { what: '500', response: answer(500, said('Internal')), kind: 'unknown', reason: 'HTTP 500' },
  { what: '501', response: answer(501, said('no')), kind: 'unknown', reason: 'HTTP 501' },
  { what: '502 with a page', response: answer(502, blocked), kind: 'unknown', reason: 'HTTP 502' },
  { what: '503 with nothing', response: answer(503, ''), kind: 'unknown', reason: 'HTTP 503' },
]

describe('classify', () => {
  it.each(rows)('$what', ({ response, kind, reason, retryAfterMs = null }) => {
    expect(classify(response)).toMatchObject({
      kind,
      reason,
      retryAfterMs,
      status: response.status,
    })
  })

  it.each([200, 201, 204])('lets %s pass', (status) => {
    expect(classify(answer(status, {}))).toBeNull()
  })

  it('says what Pipedrive said, and what a page is called', () => {
    const named = answer(400, said('Validation failed', { error_info: 'limit is 500' }))
    expect(classify(named)?.message).toBe(
      'Pipedrive answered 400: Validation failed (limit is 500)',
    )
    expect(classify(answer(404, said('Deal not found')))?.message).toBe(
      'Pipedrive answered 404: Deal not found',
    )
    expect(classify(answer(403, blocked))?.message).toContain('Access denied')
  })
})

describe('isExpired', () => {
  it.each([
    [401, true],
    [403, false],
    [200, false],
  ])('%s: %s', (status, expired) => {
    expect(isExpired(answer(status, said('unauthorized access')))).toBe(expired)
  })
})
