import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../connector.ts'
import type { Effect } from '../http/client.ts'
import type { HttpResponse } from '../http/transport.ts'
import { classify, isExpired, type Refused, rowResult } from './errors.ts'

function answer(status: number, ...errors: readonly object[]): HttpResponse {
  return { status, headers: {}, body: JSON.stringify(errors) }
}

function refusal(status: number, errorCode: string, message = ''): HttpResponse {
  return answer(status, { errorCode, message })
}

const total = 'TotalRequests Limit exceeded.'
const concurrent = 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'
const page = '<html><head><title>Down for maintenance</title></head></html>'

interface Case {
  readonly name: string
  readonly response: HttpResponse
  readonly effect?: Effect
  readonly kind: FailureKind
  readonly reason: string
  readonly retryAfterMs?: number
}

const cases: readonly Case[] = [
  {
    name: 'the day’s requests are used up',
    response: refusal(403, 'REQUEST_LIMIT_EXCEEDED', total),
    kind: 'exhausted',
    reason: 'DAILY',
  },
  {
    name: 'too many requests at a time, by the same code',
    response: refusal(403, 'REQUEST_LIMIT_EXCEEDED', concurrent),
    kind: 'throttled',
    reason: 'CONCURRENT',
    retryAfterMs: 5_000,
  },
  {
    name: 'an org without the API',
    response: refusal(403, 'API_DISABLED_FOR_ORG'),
    kind: 'auth',
    reason: 'API_DISABLED_FOR_ORG',
  },
  {
    name: 'a session that a new one did not cure',
    response: refusal(401, 'INVALID_SESSION_ID'),
    kind: 'auth',
    reason: 'INVALID_SESSION_ID',
  },
  {
    name: 'several records with the external id',
    response: {
      status: 300,
      headers: {},
      body: '["/sobjects/Account/001","/sobjects/Account/002"]',
    },
    kind: 'poisoned',
    reason: 'DUPLICATE_EXTERNAL_ID',
  },
  {
    name: 'an input that can’t be read',
    response: refusal(400, 'JSON_PARSER_ERROR'),
    kind: 'poisoned',
    reason: 'JSON_PARSER_ERROR',
  },
  {
    name: 'an upsert by a field that is no key',
    response: refusal(400, 'INVALID_FIELD', 'does not match an External ID'),
    kind: 'invalid',
    reason: 'INVALID_FIELD',
  },
  {
    name: 'a lock that the whole request met',
    response: refusal(400, 'UNABLE_TO_LOCK_ROW'),
    kind: 'unavailable',
    reason: 'UNABLE_TO_LOCK_ROW',
  },
  {
    name: 'a query that took too long',
    response: refusal(400, 'QUERY_TIMEOUT'),
    effect: 'read',
    kind: 'unavailable',
    reason: 'QUERY_TIMEOUT',
  },
  {
    name: 'a cursor that is gone',
    response: refusal(400, 'INVALID_QUERY_LOCATOR'),
    effect: 'read',
    kind: 'unavailable',
    reason: 'INVALID_QUERY_LOCATOR',
  },
  {
    name: 'a value that a field can’t be compared with',
    response: refusal(400, 'INVALID_QUERY_FILTER_OPERATOR'),
    effect: 'read',
    kind: 'poisoned',
    reason: 'INVALID_QUERY_FILTER_OPERATOR',
  },
  {
    name: 'a query for a field that is not there',
    response: refusal(400, 'INVALID_FIELD'),
    effect: 'read',
    kind: 'invalid',
    reason: 'INVALID_FIELD',
  },
  {
    name: 'an object that is not there',
    response: refusal(404, 'NOT_FOUND'),
    effect: 'read',
    kind: 'invalid',
    reason: 'NOT_FOUND',
  },
  {
    name: 'an address that is too long',
    response: { status: 414, headers: {}, body: '' },
    effect: 'read',
    kind: 'poisoned',
    reason: 'HTTP 414',
  },
  {
    name: 'a server that turned the request away',
    response: refusal(503, 'SERVER_UNAVAILABLE'),
    kind: 'unavailable',
    reason: 'SERVER_UNAVAILABLE',
  },
  {
    name: 'a maintenance page',
    response: { status: 503, headers: {}, body: page },
    kind: 'unknown',
    reason: 'HTTP 503',
  },
  {
    name: 'an error inside Salesforce',
    response: refusal(500, 'UNKNOWN_EXCEPTION'),
    kind: 'unknown',
    reason: 'UNKNOWN_EXCEPTION',
  },
  {
    name: 'a gateway without an answer',
    response: { status: 504, headers: {}, body: '' },
    kind: 'unknown',
    reason: 'HTTP 504',
  },
  {
    name: 'a host that is not the org’s',
    response: { status: 302, headers: {}, body: page },
    kind: 'unknown',
    reason: 'not_the_api',
  },
  ...(['read', 'write'] as const).map((effect) => ({
    name: `a ${effect} that a page is the answer to, as if nothing were there,`,
    response: { status: 404, headers: {}, body: page },
    effect,
    kind: 'unknown' as const,
    reason: 'not_the_api',
  })),
]

describe('a refused request', () => {
  it.each(cases)('$name is $kind', ({ response, effect = 'write', kind, reason, retryAfterMs }) => {
    const failure = classify(response, effect)
    expect(failure).toMatchObject({ kind, reason, retryAfterMs: retryAfterMs ?? null })
  })

  it('is told in Salesforce’s words, or by what came instead', () => {
    const fields = ['Name', 'Key__c']
    const said = answer(400, { errorCode: 'X', message: 'Name is wrong', fields })
    expect(classify(said, 'write')?.message).toBe('Salesforce answered 400: Name is wrong (Key__c)')
    const html = { status: 503, headers: {}, body: page }
    expect(classify(html, 'write')?.message).toBe(
      'Salesforce answered 503: a page titled “Down for maintenance”',
    )
    const empty = { status: 500, headers: {}, body: '' }
    expect(classify(empty, 'read')?.message).toBe('Salesforce answered 500: an empty body')
  })

  it('is none with a 2xx, whatever it says', () => {
    expect(classify(answer(200), 'write')).toBeNull()
    expect(classify({ status: 204, headers: {}, body: '' }, 'write')).toBeNull()
  })

  it('asks for a new session only where Salesforce calls the old one over', () => {
    expect(isExpired(refusal(401, 'INVALID_SESSION_ID'))).toBe(true)
    expect(isExpired(refusal(401, 'INVALID_AUTH_HEADER'))).toBe(false)
    expect(isExpired(refusal(403, 'INVALID_SESSION_ID'))).toBe(false)
  })
})

const other = '001D000000IqhSL'
const taken = `duplicate value found: Key__c duplicates value on record with id: ${other}`
const create: Refused = { kind: 'create', uniqueField: 'Key__c' }
const update: Refused = { kind: 'update', uniqueField: null }

interface RowCase {
  readonly name: string
  readonly code: string
  readonly message?: string
  readonly fields?: readonly string[]
  readonly refused?: Refused
  readonly expected: object
}

const rows: readonly RowCase[] = [
  {
    name: 'a lock',
    code: 'UNABLE_TO_LOCK_ROW',
    expected: { status: 'busy', reason: 'UNABLE_TO_LOCK_ROW' },
  },
  {
    name: 'a lock that a trigger met',
    code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    message: 'MyTrigger: execution of AfterInsert caused by: UNABLE_TO_LOCK_ROW, …',
    expected: { status: 'busy' },
  },
  {
    name: 'an accident inside Salesforce',
    code: 'UNKNOWN_EXCEPTION',
    expected: { status: 'busy', reason: 'UNKNOWN_EXCEPTION' },
  },
  {
    name: 'a record with the same key',
    code: 'DUPLICATE_VALUE',
    message: taken,
    expected: { status: 'conflict', existingId: '001D000000IqhSLIAZ' },
  },
  {
    name: 'a record with the same value of another unique field',
    code: 'DUPLICATE_VALUE',
    message: taken.replace('Key__c', 'Tax_Number__c'),
    expected: { status: 'rejected', reason: 'DUPLICATE_VALUE', waits: true },
  },
  {
    name: 'a key that an update would take from another record',
    code: 'DUPLICATE_VALUE',
    message: taken,
    refused: update,
    expected: { status: 'conflict', existingId: '001D000000IqhSLIAZ' },
  },
  {
    name: 'several records with the key',
    code: 'DUPLICATE_EXTERNAL_ID',
    refused: { ...create, kind: 'upsert' },
    expected: { status: 'rejected', reason: 'DUPLICATE_EXTERNAL_ID', waits: true },
  },
  {
    name: 'a record that was deleted',
    code: 'ENTITY_IS_DELETED',
    refused: update,
    expected: { status: 'gone' },
  },
  {
    name: 'a record that is not there',
    code: 'INVALID_CROSS_REFERENCE_KEY',
    message: 'invalid cross reference id',
    refused: { ...update, kind: 'delete' },
    expected: { status: 'gone' },
  },
  {
    name: 'a parent’s id that leads nowhere',
    code: 'INVALID_CROSS_REFERENCE_KEY',
    fields: ['AccountId'],
    refused: update,
    expected: { status: 'rejected', reason: 'INVALID_CROSS_REFERENCE_KEY' },
  },
  {
    name: 'an id that leads nowhere, perhaps a parent’s',
    code: 'INVALID_CROSS_REFERENCE_KEY',
    message: 'invalid cross reference id',
    refused: { ...update, hasReferences: true },
    expected: { status: 'rejected', waits: true },
  },
  {
    name: 'a parent’s external id that nobody has yet',
    code: 'INVALID_FIELD',
    message: 'Foreign key external ID: a-1 not found for field Key__c in entity Account',
    expected: {
      status: 'rejected',
      waits: true,
      message: expect.stringContaining('the parent does not exist'),
    },
  },
  {
    name: 'a field that is not there',
    code: 'INVALID_FIELD',
    message: "No such column 'Nothing' on sobject of type Account",
    expected: { status: 'rejected', reason: 'INVALID_FIELD' },
  },
  {
    name: 'a field that is written once',
    code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
    message: 'Unable to create/update fields: Parent__c.',
    fields: ['Parent__c'],
    refused: update,
    expected: {
      status: 'rejected',
      reason: 'INVALID_FIELD_FOR_INSERT_UPDATE',
      message:
        'Parent__c can only be set at creation, or may not be edited by the user: Unable to create/update fields: Parent__c.',
    },
  },
  {
    name: 'a field that a new record may not have from this user',
    code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
    fields: ['Parent__c'],
    expected: { message: expect.stringMatching(/^Parent__c may not be edited by the user/) },
  },
  {
    name: 'a validation rule',
    code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    message: 'Close dates lie ahead.',
    expected: {
      status: 'rejected',
      message: 'a validation rule stops the record: Close dates lie ahead.',
    },
  },
  {
    name: 'a duplicate rule',
    code: 'DUPLICATES_DETECTED',
    message: 'Use one of these records?',
    expected: {
      status: 'rejected',
      waits: true,
      message: expect.stringContaining('duplicate rule'),
    },
  },
  {
    name: 'a text that is too long',
    code: 'STRING_TOO_LONG',
    message: 'Name: data value too large',
    fields: ['Name'],
    expected: {
      status: 'rejected',
      reason: 'STRING_TOO_LONG',
      message: 'Name: data value too large',
    },
  },
]

describe('a refused record', () => {
  it.each(rows)('$name', ({ code, message = '', fields = [], refused = create, expected }) => {
    expect(rowResult([{ code, message, fields }], refused)).toMatchObject(expected)
  })

  it('waits for others only where they are at fault', () => {
    const wrong = rowResult([{ code: 'STRING_TOO_LONG', message: '', fields: [] }], create)
    expect(wrong).not.toHaveProperty('waits')
  })

  it('is no conflict where another fault stands beside it', () => {
    const faults = [
      { code: 'DUPLICATE_VALUE', message: taken, fields: [] },
      { code: 'STRING_TOO_LONG', message: 'too long', fields: ['Name'] },
    ]
    expect(rowResult(faults, create)).toMatchObject({ status: 'rejected' })
  })

  it('without a reason is to be read back', () => {
    expect(rowResult([], create)).toEqual({ status: 'unaccounted' })
  })
})
