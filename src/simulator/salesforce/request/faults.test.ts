import { describe, expect, it } from 'vitest'
import { type FaultKind, faultFits, faultKinds } from './faults.ts'
import { objectOf, objectsIn, openLocal, textOf } from '../open-local.ts'
import { operations } from './operations.ts'

const request = (name: string) => ({
  method: 'POST',
  url: '/services/data/v67.0/sobjects/Account',
  headers: { authorization: 'Bearer 00DL!local' },
  body: JSON.stringify({ Name: name }),
})
const rows = (count: number) => ({
  records: Array.from({ length: count }, (_, index) => ({
    attributes: { type: 'Account' },
    Name: `A${index}`,
  })),
})

describe('a planned fault', () => {
  it.each<[FaultKind, number, string]>([
    ['limit_total', 403, 'TotalRequests Limit exceeded.'],
    ['limit_concurrent', 403, 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'],
    ['expired_session', 401, 'Session expired or invalid'],
  ])('%s answers %i and applies nothing', (kind, status, message) => {
    const { salesforce, call, query } = openLocal()
    salesforce.planFault({ kind, operation: 'create' })
    expect(call('POST /sobjects/Account', { Name: 'A' })).toMatchObject({
      status,
      body: [{ message }],
    })
    expect(query('SELECT Id FROM Account')).toEqual([])
    expect(call('POST /sobjects/Account', { Name: 'A' }).status).toBe(201)
  })

  it.each<[FaultKind, readonly number[], boolean]>([
    ['server_error_before', [500, 503], false],
    ['server_error_after', [500, 502, 504], true],
  ])('%s answers one of %j; applied is %s', (kind, statuses, applied) => {
    const { salesforce, call, query } = openLocal()
    salesforce.planFault({ kind })
    const { status, body } = call('POST /sobjects/Account', { Name: 'A' })
    expect(statuses).toContain(status)
    expect(objectsIn(body)[0]).toHaveProperty('errorCode')
    expect(query('SELECT Id FROM Account')).toHaveLength(applied ? 1 : 0)
  })

  it('drops the connection before or after applying', () => {
    const { salesforce, query } = openLocal()
    salesforce.planFault({ kind: 'drop_before' })
    expect(salesforce.handle(request('A')).connection).toBe('drop_before')
    expect(query('SELECT Id FROM Account')).toEqual([])
    salesforce.planFault({ kind: 'drop_after' })
    expect(salesforce.handle(request('A')).connection).toBe('drop_after')
    expect(query('SELECT Id FROM Account')).toHaveLength(1)
  })

  it('applies a request late', () => {
    const { salesforce, advance, query } = openLocal({ faults: { lateMs: [500, 500] } })
    salesforce.planFault({ kind: 'apply_late' })
    expect(salesforce.handle(request('A')).connection).toBe('apply_late')
    advance(499)
    expect(query('SELECT Id FROM Account')).toEqual([])
    advance(1)
    expect(query('SELECT Id FROM Account')).toHaveLength(1)
  })

  it.each<[FaultKind, number, string | null, number]>([
    ['partial_failure', 3, 'UNKNOWN_EXCEPTION', 2],
    ['row_lock', 3, 'UNABLE_TO_LOCK_ROW', 2],
    ['silent_drop_applied', 2, null, 3],
    ['silent_drop_unapplied', 2, null, 2],
  ])('%s hits one row of a collection', (kind, results, code, written) => {
    const { salesforce, call, query } = openLocal()
    salesforce.planFault({ kind })
    const found = objectsIn(call('POST /composite/sobjects', rows(3)).body)
    const failed = found.filter(({ success }) => success === false)
    expect(found).toHaveLength(results)
    expect(failed.map(({ errors }) => objectsIn(errors)[0]?.['statusCode'])).toEqual(
      code === null ? [] : [code],
    )
    expect(query('SELECT Id FROM Account')).toHaveLength(written)
  })

  it('really ends a session, and one that never ends not', () => {
    const { salesforce, call, form } = openLocal()
    const credentials = { client_id: 'local', client_secret: 'local-secret' }
    const { body } = form('token', { grant_type: 'client_credentials', ...credentials })
    const headers = { authorization: `Bearer ${textOf(objectOf(body)['access_token'])}` }
    salesforce.planFault({ kind: 'expired_session' })
    expect(call('GET /limits', undefined, headers).status).toBe(401)
    expect(call('GET /limits', undefined, headers).status).toBe(401)
    salesforce.planFault({ kind: 'expired_session' })
    expect(call('GET /limits').status).toBe(401)
    expect(call('GET /limits').status).toBe(200)
  })

  it('html_page, empty_body and wrong_json spoil the answer, applied or not', () => {
    const spoil = (kind: FaultKind) => {
      const { salesforce, query } = openLocal({ seed: 3 })
      salesforce.planFault({ kind, times: 20 })
      const answers = Array.from({ length: 20 }, () => salesforce.handle(request('A')).response)
      const applied = query('SELECT Id FROM Account').length
      expect(applied).toBeGreaterThan(0)
      expect(applied).toBeLessThan(20)
      return answers
    }
    const pages = spoil('html_page')
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([503, 404]))
    for (const { headers, body } of pages) {
      expect(headers).toEqual({ 'content-type': 'text/html' })
      expect(body).toContain('<h1>')
    }
    expect(new Set(spoil('empty_body').map(({ body }) => body))).toEqual(new Set(['']))
    for (const { status, body } of spoil('wrong_json')) {
      expect(status).toBe(200)
      expect(body).not.toContain('"success":true,"errors":[]}')
    }
  })

  it('query_timeout refuses a query', () => {
    const { salesforce, call } = openLocal()
    salesforce.planFault({ kind: 'query_timeout' })
    expect(call('GET /limits').status).toBe(200)
    expect(call('GET /query?q=SELECT+Id+FROM+Account')).toMatchObject({
      status: 400,
      body: [{ errorCode: 'QUERY_TIMEOUT' }],
    })
  })

  it('comes after as many requests as were to be spared, as often as asked', () => {
    const { salesforce, call } = openLocal()
    salesforce.planFault({ kind: 'limit_concurrent', operation: 'limits', skip: 1, times: 2 })
    const statuses = [1, 2, 3, 4].map(() => call('GET /limits').status)
    expect(statuses).toEqual([200, 403, 403, 200])
  })
})

describe('faults by rate', () => {
  it('fit some operation each, and none befalls what it does not fit', () => {
    for (const kind of faultKinds) {
      expect(operations.some((operation) => faultFits(kind, operation))).toBe(true)
    }
    expect(faultFits('row_lock', 'query')).toBe(false)
    expect(faultFits('limit_total', 'oauth')).toBe(false)
  })

  it('are the same for the same seed, and recorded', () => {
    const run = () => {
      const { salesforce } = openLocal({
        seed: 7,
        faults: { rates: { server_error_before: 0.3, drop_after: 0.3, latency: 0.5 } },
      })
      for (let count = 0; count < 40; count += 1) salesforce.handle(request(`A${count}`))
      return salesforce.faultEvents()
    }
    const events = run()
    expect(run()).toEqual(events)
    expect(new Set(events.map(({ kind }) => kind))).toEqual(
      new Set(['server_error_before', 'drop_after', 'latency']),
    )
    expect(events.every(({ operation }) => operation === 'create')).toBe(true)
  })

  it('befall only the operations that are named', () => {
    const { call } = openLocal({ faults: { rates: { limit_total: 1 }, operations: ['query'] } })
    expect(call('GET /limits').status).toBe(200)
    expect(call('GET /query?q=SELECT+Id+FROM+Account').status).toBe(403)
  })
})
