import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../connector.ts'
import type { WriteResult } from '../write.ts'
import { answer } from '../http/scripted-transport.ts'
import type { HttpResponse } from '../http/transport.ts'
import { parseApiError } from './error-body.ts'
import { classify, isExpired, rowResult } from './errors.ts'

const html = '<html><head><title>Bad gateway</title></head><body>…</body></html>'

function said(message: string, more: object = {}): object {
  return { status: 'error', message, correlationId: 'c-1', ...more }
}

interface Row {
  readonly what: string
  readonly response: HttpResponse
  readonly write: FailureKind
  readonly read: FailureKind
  readonly retryAfterMs?: number
  readonly reason?: string
}

const invalidValue = said(
  'Property values were not valid: [{"message":"x","error":"INVALID_EMAIL"}]',
  {
    category: 'VALIDATION_ERROR',
  },
)
const daily = { message: 'You have reached your daily limit.', errorType: 'RATE_LIMIT' }
const rolling = 'You have reached your ten_secondly_rolling limit.'
const secondly = 'You have reached your secondly limit.'

const rows: readonly Row[] = [
  {
    what: '400 of a value',
    response: answer(400, invalidValue),
    write: 'poisoned',
    read: 'invalid',
  },
  { what: '400 with an empty body', response: answer(400, ''), write: 'poisoned', read: 'invalid' },
  {
    what: '400 by a property that is no key',
    response: answer(
      400,
      said('Unable to perform update/upsert by non-unique 0-2 property domain'),
    ),
    write: 'invalid',
    read: 'invalid',
  },
  {
    what: '400 for an object that does not exist',
    response: answer(400, said('Unable to infer object type from: nothing')),
    write: 'invalid',
    read: 'invalid',
  },
  {
    what: '401 of a bad token',
    response: answer(401, said('not found', { category: 'INVALID_AUTHENTICATION' })),
    write: 'auth',
    read: 'auth',
    reason: 'INVALID_AUTHENTICATION',
  },
  { what: '401 with a page', response: answer(401, html), write: 'auth', read: 'auth' },
  {
    what: '403 of a missing scope',
    response: answer(403, said('no scope', { category: 'MISSING_SCOPES' })),
    write: 'auth',
    read: 'auth',
    reason: 'MISSING_SCOPES',
  },
  {
    what: '404',
    response: answer(404, said('resource not found', { category: 'OBJECT_NOT_FOUND' })),
    write: 'invalid',
    read: 'invalid',
  },
  { what: '408', response: answer(408, ''), write: 'unknown', read: 'unknown' },
  {
    what: '409 of a duplicate',
    response: answer(409, said('Contact already exists. Existing ID: 7', { category: 'CONFLICT' })),
    write: 'poisoned',
    read: 'invalid',
    reason: 'CONFLICT',
  },
  { what: '413', response: answer(413, html), write: 'poisoned', read: 'invalid' },
  { what: '414', response: answer(414, ''), write: 'poisoned', read: 'invalid' },
  {
    what: '423 without a word',
    response: answer(423, ''),
    write: 'unavailable',
    read: 'unavailable',
    retryAfterMs: 2_000,
  },
  {
    what: '423 with a longer wait',
    response: answer(423, said('locked'), { 'retry-after': '7' }),
    write: 'unavailable',
    read: 'unavailable',
    retryAfterMs: 7_000,
  },
  {
    what: '423 with a shorter wait',
    response: answer(423, said('locked'), { 'retry-after': '1' }),
    write: 'unavailable',
    read: 'unavailable',
    retryAfterMs: 2_000,
  },
  {
    what: '429 of the day by policy',
    response: answer(429, { ...daily, policyName: 'DAILY' }),
    write: 'exhausted',
    read: 'exhausted',
    reason: 'DAILY',
  },
  {
    what: '429 of the day by message',
    response: answer(429, daily),
    write: 'exhausted',
    read: 'exhausted',
  },
  {
    what: '429 of the day by policy only',
    response: answer(429, { policyName: 'DAILY' }),
    write: 'exhausted',
    read: 'exhausted',
  },
  {
    what: '429 of ten seconds by policy',
    response: answer(429, said(rolling, { policyName: 'TEN_SECONDLY_ROLLING' })),
    write: 'throttled',
    read: 'throttled',
    retryAfterMs: 10_000,
    reason: 'TEN_SECONDLY_ROLLING',
  },
  {
    what: '429 of ten seconds by message',
    response: answer(429, { message: rolling }),
    write: 'throttled',
    read: 'throttled',
    retryAfterMs: 10_000,
  },
  {
    what: '429 of the search as recorded',
    response: answer(429, said(secondly, { category: 'RATE_LIMITS' })),
    write: 'throttled',
    read: 'throttled',
    retryAfterMs: 1_000,
    reason: 'SECONDLY',
  },
  {
    what: '429 of the search by policy',
    response: answer(429, { errorType: 'RATE_LIMIT', policyName: 'SECONDLY' }),
    write: 'throttled',
    read: 'throttled',
    retryAfterMs: 1_000,
  },
  {
    what: '429 with a page',
    response: answer(429, html),
    write: 'throttled',
    read: 'throttled',
    retryAfterMs: 10_000,
  },
  {
    what: '429 with an empty body',
    response: answer(429, ''),
    write: 'throttled',
    read: 'throttled',
    retryAfterMs: 10_000,
  },
  {
    what: '477 with a day to wait',
    response: answer(477, said('migrating'), { 'retry-after': '86400' }),
    write: 'unavailable',
    read: 'unavailable',
    retryAfterMs: 86_400_000,
  },
  {
    what: '477 without a header',
    response: answer(477, ''),
    write: 'unavailable',
    read: 'unavailable',
    retryAfterMs: 60_000,
  },
  { what: '500', response: answer(500, said('internal error')), write: 'unknown', read: 'unknown' },
  { what: '502 with a page', response: answer(502, html), write: 'unknown', read: 'unknown' },
  {
    what: '503 in HubSpot’s words',
    response: answer(503, said('unavailable'), { 'retry-after': '3' }),
    write: 'unavailable',
    read: 'unavailable',
    retryAfterMs: 3_000,
  },
  { what: '503 of a gateway', response: answer(503, html), write: 'unknown', read: 'unknown' },
  { what: '503 with an empty body', response: answer(503, ''), write: 'unknown', read: 'unknown' },
  { what: '504', response: answer(504, ''), write: 'unknown', read: 'unknown' },
  ...[521, 522, 523, 524, 525, 526].map(
    (status): Row => ({
      what: `${status} of Cloudflare`,
      response: answer(status, html),
      write: 'unknown',
      read: 'unknown',
    }),
  ),
  {
    what: 'a redirect',
    response: answer(302, ''),
    write: 'invalid',
    read: 'invalid',
    reason: 'not_the_api',
  },
  { what: '418', response: answer(418, '[]'), write: 'invalid', read: 'invalid' },
]

describe('classify', () => {
  it.each(rows)('$what', ({ response, write, read, retryAfterMs, reason }) => {
    for (const [effect, kind] of [
      ['write', write],
      ['read', read],
    ] as const) {
      const failure = classify(response, effect)
      expect(failure).toMatchObject({
        kind,
        status: response.status,
        retryAfterMs: retryAfterMs ?? null,
        reason: reason ?? failure?.reason,
      })
      expect(failure?.message).toContain(`HubSpot answered ${response.status}`)
    }
  })

  it.each([200, 201, 204, 207])('leaves %s to the reader', (status) => {
    expect(classify(answer(status, ''), 'write')).toBeNull()
  })

  it('names the scopes that are missing', () => {
    const errors = [
      { message: 'x', context: { requiredGranularScopes: ['crm.objects.contacts.read'] } },
    ]
    const failure = classify(answer(403, said('no scope', { errors })), 'read')
    expect(failure?.message).toContain('Required: crm.objects.contacts.read.')
  })

  it('takes the correlation id from the body, else from the header', () => {
    const headers = { 'x-hubspot-correlation-id': 'h-1' }
    expect(classify(answer(500, said('x'), headers), 'read')?.correlationId).toBe('c-1')
    expect(classify(answer(500, html, headers), 'read')?.correlationId).toBe('h-1')
  })

  it('says of a page no more than its title', () => {
    const message = classify(answer(502, html), 'read')?.message
    expect(message).toBe('HubSpot answered 502: a page titled “Bad gateway”')
  })

  it('keeps messages short', () => {
    expect(classify(answer(400, said('x'.repeat(10_000))), 'read')?.message.length).toBeLessThan(
      600,
    )
  })
})

describe('isExpired', () => {
  it.each([
    [401, { category: 'EXPIRED_AUTHENTICATION' }, true],
    [401, { category: 'INVALID_AUTHENTICATION' }, false],
    [401, {}, false],
    [403, { category: 'EXPIRED_AUTHENTICATION' }, false],
  ])('status %s with %j is %s', (status, body, expected) => {
    expect(isExpired(answer(status, body))).toBe(expected)
  })
})

function problems(...codes: string[]): string {
  const list = codes.map((error) => ({
    isValid: false,
    message: `about ${error}`,
    error,
    name: 'f',
  }))
  return `Property values were not valid: ${JSON.stringify(list)}`
}

describe('rowResult', () => {
  it.each<[string, object, WriteResult]>([
    [
      'an unknown property',
      { category: 'VALIDATION_ERROR', message: problems('PROPERTY_DOESNT_EXIST') },
      {
        status: 'rejected',
        reason: 'PROPERTY_DOESNT_EXIST',
        message: 'about PROPERTY_DOESNT_EXIST',
      },
    ],
    [
      'two faults',
      { category: 'VALIDATION_ERROR', message: problems('INVALID_EMAIL', 'INVALID_DATE') },
      {
        status: 'rejected',
        reason: 'INVALID_EMAIL',
        message: 'about INVALID_EMAIL; about INVALID_DATE',
      },
    ],
    [
      'a code in the list of errors',
      {
        category: 'VALIDATION_ERROR',
        message: 'not valid',
        errors: [{ message: 'm', code: 'READ_ONLY_VALUE' }],
      },
      { status: 'rejected', reason: 'READ_ONLY_VALUE', message: 'not valid' },
    ],
    [
      'a duplicate contact',
      { category: 'CONFLICT', message: 'Contact already exists. Existing ID: 37765128953' },
      {
        status: 'conflict',
        existingId: '37765128953',
        message: 'Contact already exists. Existing ID: 37765128953',
      },
    ],
    [
      'a conflict that names nobody',
      { category: 'CONFLICT', message: 'taken' },
      { status: 'conflict', existingId: null, message: 'taken' },
    ],
    [
      'a value that is taken',
      { category: 'VALIDATION_ERROR', message: problems('CONFLICTING_UNIQUE_VALUE') },
      { status: 'conflict', existingId: null, message: 'about CONFLICTING_UNIQUE_VALUE' },
    ],
    [
      'a value that is taken, and another fault',
      {
        category: 'VALIDATION_ERROR',
        message: problems('CONFLICTING_UNIQUE_VALUE', 'INVALID_DATE'),
      },
      {
        status: 'rejected',
        reason: 'INVALID_DATE',
        message: 'about CONFLICTING_UNIQUE_VALUE; about INVALID_DATE',
      },
    ],
    [
      'a missing record',
      { category: 'OBJECT_NOT_FOUND', message: 'Could not get some CONTACT objects' },
      { status: 'gone', message: 'Could not get some CONTACT objects' },
    ],
    [
      'a limit reached in the middle of the batch',
      { category: 'RATE_LIMITS', message: 'You have reached your limit' },
      { status: 'unaccounted' },
    ],
    [
      'an internal error',
      { category: 'SOMETHING', message: 'internal error, try again' },
      { status: 'unaccounted' },
    ],
    [
      'an entry that says nothing',
      {},
      { status: 'rejected', reason: 'UNSPECIFIED', message: 'no message' },
    ],
  ])('%s', (_what, error, expected) => {
    const parsed = parseApiError(JSON.stringify(error))
    expect(parsed && rowResult(parsed)).toEqual(expected)
  })

  it('finds the record that has a taken value', () => {
    const list = [
      { message: 'f=x on 12. 34 already has that value.', error: 'CONFLICTING_UNIQUE_VALUE' },
    ]
    const message = `Property values were not valid: ${JSON.stringify(list)}`
    const error = parseApiError(JSON.stringify({ category: 'VALIDATION_ERROR', message }))
    expect(error && rowResult(error)).toMatchObject({ status: 'conflict', existingId: '34' })
  })
})

describe('parseApiError', () => {
  it.each(['', html, '[]', 'null', '"text"', '{"cut'])('is null for %j', (text) => {
    expect(parseApiError(text)).toBeNull()
  })

  it('takes every part as optional', () => {
    expect(parseApiError('{}')).toEqual({
      status: null,
      message: null,
      category: null,
      policyName: null,
      correlationId: null,
      context: {},
      errors: [],
      problems: [],
    })
  })

  it('survives a message whose list is cut off', () => {
    expect(parseApiError('{"message":"not valid: [{\\"mess"}')?.problems).toEqual([])
  })
})
