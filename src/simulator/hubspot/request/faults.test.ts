import { describe, expect, it } from 'vitest'
import type { SimResult } from '../../exchange.ts'
import { faultFits, faultKinds, faultStatuses } from './faults.ts'
import type { FaultKind } from './faults.ts'
import { createHubSpot } from '../hubspot.ts'
import { operations } from './operations.ts'
import type { Operation } from './operations.ts'
import { objectsIn, openLocal, startOfTest, textOf } from '../open-local.ts'
import type { OpenLocal } from '../open-local.ts'
import { parseBody } from '../wire/json.ts'
import { noLimits } from './rate-limits.ts'

const two = {
  inputs: ['a@x.com', 'b@x.com'].map((email, at) => ({
    properties: { email },
    objectWriteTraceId: `t${at}`,
  })),
}

function send(
  local: OpenLocal,
  body: object = two,
  url = '/crm/v3/objects/contacts/batch/create',
): SimResult {
  return local.hubspot.handle({
    method: 'POST',
    url,
    headers: { authorization: 'Bearer pat-local' },
    body: JSON.stringify(body),
  })
}

function count(local: OpenLocal): number {
  return local.hubspot.dump().state.records['0-1']?.length ?? 0
}

/** A fault in the first batch create, its result, and how many contacts there are afterwards. */
function befallen(kind: FaultKind, seed = 1) {
  const local = openLocal({ seed })
  local.hubspot.planFault({ kind, operation: 'batch_create' })
  const result = send(local)
  return { local, result, stored: count(local), event: local.hubspot.faultEvents()[0] }
}

describe('faults', () => {
  it.each<[FaultKind, number, number]>([
    ['rate_limit_burst', 429, 0],
    ['rate_limit_daily', 429, 0],
    ['locked', 423, 0],
    ['expired_token', 401, 0],
  ])('%s answers %i and stores %i', (kind, status, expected) => {
    const { result, stored, event } = befallen(kind)
    expect([result.response.status, result.connection, stored]).toEqual([status, 'ok', expected])
    expect(event).toEqual({
      seq: 1,
      at: startOfTest,
      kind,
      operation: 'batch_create',
      object: '0-1',
      requestId: expect.any(String),
      applied: false,
    })
  })

  it('answers 477 with the time to wait', () => {
    const { result, stored } = befallen('migrating')
    expect([result.response.status, stored]).toEqual([477, 0])
    expect(result.response.headers['retry-after']).toBe('3600')
  })

  it('answers a search with 429 as the search limit does', () => {
    const local = openLocal()
    local.hubspot.planFault({ kind: 'rate_limit_search' })
    send(local)
    const result = send(local, {}, '/crm/v3/objects/contacts/search')
    expect(result.response.status).toBe(429)
    expect(parseBody(result.response.body)['message']).toBe('You have reached your secondly limit.')
  })

  it('fails with 5xx before applying and after', () => {
    const before = befallen('server_error_before')
    expect([500, 503]).toContain(before.result.response.status)
    expect([before.stored, before.event?.applied]).toEqual([0, false])
    const after = befallen('server_error_after')
    expect([500, 502, 504]).toContain(after.result.response.status)
    expect([after.stored, after.event?.applied]).toEqual([2, true])
  })

  it.each(
    Object.entries(faultStatuses).flatMap(([kind, statuses]) =>
      faultKinds
        .filter((one) => one === kind)
        .flatMap((one) => statuses.map((at) => [one, at] as const)),
    ),
  )('answers %s with the %i that was planned', (kind, status) => {
    const local = openLocal()
    local.hubspot.planFault({ kind, status })
    expect(send(local).response.status).toBe(status)
  })

  it('can not be planned with a status that the kind never has', () => {
    const { hubspot } = openLocal()
    expect(() => hubspot.planFault({ kind: 'locked', status: 500 })).toThrow(/no status to choose/)
    expect(() => hubspot.planFault({ kind: 'html_page', status: 500 })).toThrow(
      /There is: 502, 503/,
    )
  })

  it('drops the connection before the request, after it, or applies it late', () => {
    const before = befallen('drop_before')
    expect([before.result.connection, before.stored]).toEqual(['drop_before', 0])
    const after = befallen('drop_after')
    expect([after.result.connection, after.stored]).toEqual(['drop_after', 2])
    const late = befallen('apply_late')
    expect([late.result.connection, late.stored]).toEqual(['apply_late', 0])
    late.local.advance(10_000)
    expect(count(late.local)).toBe(2)
  })

  it('applies a late request at its own time and before what comes after it', () => {
    const local = openLocal({ faults: { lateMs: [5000, 5000] } })
    local.hubspot.planFault({ kind: 'apply_late' })
    send(local)
    local.advance(20_000)
    const answer = local.call('POST /crm/v3/objects/contacts', { properties: { email: 'a@x.com' } })
    expect(answer.status).toBe(409)
    expect(local.hubspot.log().map(({ at }) => at - startOfTest)).toEqual([5000, 5000])
  })

  it('answers late, together with any other fault', () => {
    const local = openLocal({ faults: { latencyMs: [70, 70] } })
    local.hubspot.planFault({ kind: 'latency' })
    local.hubspot.planFault({ kind: 'locked' })
    const { response, delayMs } = send(local)
    expect([response.status, delayMs]).toEqual([423, 70])
    expect(local.hubspot.faultEvents().map(({ kind }) => kind)).toEqual(['latency', 'locked'])
  })

  it('fails one input as if by accident, or all of them without trace ids', () => {
    const { result, stored } = befallen('partial_failure')
    expect([result.response.status, stored]).toEqual([207, 1])
    const [error] = objectsIn(parseBody(result.response.body)['errors'])
    expect(error).toMatchObject({
      category: 'RATE_LIMITS',
      context: { objectWriteTraceId: [expect.any(String)] },
    })
    const local = openLocal()
    local.hubspot.planFault({ kind: 'partial_failure' })
    const bare = { inputs: two.inputs.map(({ properties }) => ({ properties })) }
    expect([send(local, bare).response.status, count(local)]).toEqual([500, 0])
  })

  it('leaves one input out of results and errors, applied or not', () => {
    for (const [kind, expected] of [
      ['silent_drop_applied', 2],
      ['silent_drop_unapplied', 1],
    ] as const) {
      const { result, stored } = befallen(kind)
      const body = parseBody(result.response.body)
      expect([result.response.status, objectsIn(body['results']).length]).toEqual([201, 1])
      expect(['errors' in body, stored]).toEqual([false, expected])
    }
  })

  it('leaves one record of a batch archive alive without saying so', () => {
    const local = openLocal()
    send(local)
    const ids = local
      .call('GET /crm/v3/objects/contacts')
      .results.map(({ id }) => ({ id: textOf(id) }))
    local.hubspot.planFault({ kind: 'silent_drop_unapplied', operation: 'batch_archive' })
    const result = send(local, { inputs: ids }, '/crm/v3/objects/contacts/batch/archive')
    expect(result.response.status).toBe(204)
    expect(local.call('GET /crm/v3/objects/contacts').results).toHaveLength(1)
  })

  it.each<[FaultKind, (body: string, status: number) => boolean]>([
    ['html_page', (body, status) => body.startsWith('<html>') && status >= 502],
    ['empty_body', (body, status) => body === '' && status === 200],
    ['wrong_json', (body, status) => !body.includes('completedAt') && status === 200],
    ['no_results', (body, status) => body.includes('"results":[]') && status === 200],
  ])('%s is applied or not, and the event tells', (kind, looks) => {
    const seen = new Set<boolean>()
    for (let seed = 1; seed <= 20; seed += 1) {
      const { result, stored, event } = befallen(kind, seed)
      expect(looks(result.response.body, result.response.status)).toBe(true)
      expect(stored).toBe(event?.applied === true ? 2 : 0)
      seen.add(event?.applied === true)
    }
    expect(seen).toEqual(new Set([false, true]))
  })

  it('really expires the access token of an OAuth app, and a private token not', () => {
    const local = openLocal({
      state: {
        apps: [{ clientId: 'app', clientSecret: 's', appId: 1, scopes: 'all' }],
        accessTokens: [{ token: 'oauth-1', clientId: 'app', userId: 1, expiresAt: 2 ** 52 }],
      },
    })
    local.hubspot.planFault({ kind: 'expired_token' })
    const list = 'GET /crm/v3/objects/contacts'
    expect([1, 2, 3].map(() => local.call(list, undefined, 'oauth-1').status)).toEqual([
      401, 401, 401,
    ])
    local.hubspot.planFault({ kind: 'expired_token' })
    expect([1, 2].map(() => local.call(list).status)).toEqual([401, 200])
  })

  it('befalls the planned request only: by operation, after some, several times', () => {
    const local = openLocal()
    local.hubspot.planFault({ kind: 'migrating', operation: 'list', skip: 1, times: 2 })
    const list = () => local.call('GET /crm/v3/objects/contacts').status
    expect(send(local).response.status).toBe(201)
    expect([list(), list(), list(), list()]).toEqual([200, 477, 477, 200])
  })

  it('comes at its rate, the same for the same seed', () => {
    const history = (seed: number) => {
      const hubspot = createHubSpot({
        seed,
        limits: noLimits,
        now: () => startOfTest,
        faults: { rates: { migrating: 0.2, drop_after: 0.1, latency: 0.3 } },
      })
      for (let at = 0; at < 1000; at += 1) {
        hubspot.handle({
          method: 'GET',
          url: '/crm/v3/objects/contacts',
          headers: { authorization: 'Bearer pat-local' },
          body: null,
        })
      }
      return hubspot.faultEvents().map(({ kind }) => kind)
    }
    const kinds = history(7)
    expect(history(7)).toEqual(kinds)
    expect(history(8)).not.toEqual(kinds)
    const share = (wanted: FaultKind) => kinds.filter((kind) => kind === wanted).length / 1000
    expect(share('migrating')).toBeGreaterThan(0.15)
    expect(share('migrating')).toBeLessThan(0.25)
    expect(share('drop_after')).toBeGreaterThan(0.06)
    expect(share('latency')).toBeGreaterThan(0.25)
  })

  it('locks only what creates or updates records', () => {
    const locked = operations.filter((operation) => faultFits('locked', operation))
    expect(locked).toEqual(['create', 'update', 'batch_create', 'batch_update', 'batch_upsert'])
  })

  it('can be confined to operations', () => {
    const local = openLocal({ faults: { rates: { locked: 1 }, operations: ['batch_create'] } })
    expect(local.call('GET /crm/v3/objects/contacts').status).toBe(200)
    expect(send(local).response.status).toBe(423)
  })

  it('happens for every kind to every operation that it fits', () => {
    const requests: Readonly<
      Partial<Record<Operation, () => { method: string; url: string; body?: object }>>
    > = {
      batch_create: () => ({
        method: 'POST',
        url: '/crm/v3/objects/contacts/batch/create',
        body: two,
      }),
      search: () => ({ method: 'POST', url: '/crm/v3/objects/contacts/search', body: {} }),
      list: () => ({ method: 'GET', url: '/crm/v3/objects/contacts' }),
      batch_archive: () => ({
        method: 'POST',
        url: '/crm/v3/objects/contacts/batch/archive',
        body: { inputs: [{ id: '1' }] },
      }),
    }
    const met = new Set<string>()
    const expected = new Set<string>()
    for (const operation of operations) {
      const request = requests[operation]?.()
      if (request === undefined) continue
      for (const kind of faultKinds) {
        if (!faultFits(kind, operation)) continue
        expected.add(`${kind} × ${operation}`)
        const local = openLocal()
        local.hubspot.planFault({ kind, operation })
        local.hubspot.handle({
          method: request.method,
          url: request.url,
          headers: { authorization: 'Bearer pat-local' },
          body: request.body === undefined ? null : JSON.stringify(request.body),
        })
        for (const event of local.hubspot.faultEvents())
          met.add(`${event.kind} × ${event.operation}`)
      }
    }
    expect([...met].toSorted()).toEqual([...expected].toSorted())
  })
})
