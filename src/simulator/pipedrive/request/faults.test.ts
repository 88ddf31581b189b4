import { describe, expect, it } from 'vitest'
import { type FaultKind, faultFits, faultKinds } from './faults.ts'
import { openLocal, startOfTest } from '../open-local.ts'
import { localToken } from '../pipedrive.ts'

type Local = ReturnType<typeof openLocal>

/** Sends a create on the wire, with one fault planned. */
function createUnder(kind: FaultKind, local: Local = openLocal()) {
  local.pipedrive.planFault({ kind, operation: 'create' })
  const result = local.pipedrive.handle({
    method: 'POST',
    url: '/api/v2/persons',
    headers: { 'x-api-token': localToken },
    body: '{"name":"Ann"}',
  })
  return { local, ...result, created: () => local.call('GET /api/v2/persons').items.length }
}

describe('a fault', () => {
  it.each(faultKinds)('of kind %s befalls what was planned, once, and is recorded', (kind) => {
    const { local } = createUnder(kind)
    expect(local.pipedrive.faultEvents()).toMatchObject([
      { kind, operation: 'create', object: 'person', at: startOfTest },
    ])
    expect(createUnder('latency', local).response.status).toBe(200)
  })

  it('of latency delays a good answer', () => {
    const { delayMs, response } = createUnder('latency')
    expect(response.status).toBe(200)
    expect(delayMs).toBeGreaterThanOrEqual(50)
  })

  it('of the burst limit has nothing remaining, of the daily one no tokens', () => {
    const burst = createUnder('rate_limit_burst')
    expect(burst.response.status).toBe(429)
    expect(burst.response.headers['x-ratelimit-remaining']).toBe('0')
    const daily = createUnder('rate_limit_daily')
    expect(daily.response.status).toBe(429)
    expect(Number(daily.response.headers['x-ratelimit-remaining'])).toBeGreaterThan(0)
    expect(daily.response.headers['x-daily-ratelimit-token-remaining']).toBe('0')
    expect([burst.created(), daily.created()]).toEqual([0, 0])
  })

  it('of being blocked is a page with 403', () => {
    const { response, created } = createUnder('blocked')
    expect(response.status).toBe(403)
    expect(response.headers['content-type']).toContain('text/html')
    expect(created()).toBe(0)
  })

  it.each([
    ['server_error_before', 0],
    ['server_error_after', 1],
  ] as const)('of %s leaves %i record', (kind, count) => {
    const { response, created } = createUnder(kind)
    expect(response.status).toBeGreaterThanOrEqual(500)
    expect(JSON.parse(response.body)).toMatchObject({ success: false })
    expect(created()).toBe(count)
  })

  it.each([
    ['drop_before', 0],
    ['drop_after', 1],
  ] as const)('of %s resets the connection and leaves %i record', (kind, count) => {
    const { connection, created } = createUnder(kind)
    expect(connection).toBe(kind)
    expect(created()).toBe(count)
  })

  it('of a late request applies it some time after the reset', () => {
    const { local, connection, created } = createUnder('apply_late')
    expect(connection).toBe('apply_late')
    expect(created()).toBe(0)
    local.advance(10_000)
    expect(created()).toBe(1)
    const [entry] = local.pipedrive.log()
    expect(entry?.at).toBeGreaterThan(startOfTest)
  })

  it('of an expired token really expires that of an app, and an API token not', () => {
    const app = {
      clientId: 'a',
      clientSecret: 's',
      redirectUri: 'https://x.com',
      scopes: ['deals:full'],
    }
    const token = { token: 'acc', clientId: 'a', userId: '1', expiresAt: startOfTest + 9e6 }
    const local = openLocal({ state: { apps: [app], accessTokens: [token] } })
    const headers = { authorization: 'Bearer acc' }
    local.pipedrive.planFault({ kind: 'expired_token' })
    expect(local.call('GET /api/v2/deals', undefined, headers).status).toBe(401)
    expect(local.call('GET /api/v2/deals', undefined, headers).status).toBe(401)
    expect(createUnder('expired_token', local).response.status).toBe(401)
    expect(local.call('GET /api/v2/deals').status).toBe(200)
  })

  it('spoils bodies: pages of HTML, nothing, broken JSON', () => {
    const { headers, status } = createUnder('html_page').response
    expect([status, Object.keys(headers)]).toEqual([502, ['content-type', 'date']])
    expect(createUnder('empty_body').response).toMatchObject({ status: 200, body: '' })
    const { body } = createUnder('wrong_json').response
    const parsed = (() => {
      try {
        return JSON.parse(body) as object
      } catch {
        return null
      }
    })()
    expect(parsed === null || Array.isArray(parsed)).toBe(true)
  })

  it('fits any request but that of a token, which knows neither limits nor tokens', () => {
    const unfit = faultKinds.filter((kind) => !faultFits(kind, 'oauth'))
    expect(unfit).toEqual(['rate_limit_burst', 'rate_limit_daily', 'blocked', 'expired_token'])
    expect(faultKinds.every((kind) => faultFits(kind, 'list'))).toBe(true)
  })

  it('comes by seed and rate', () => {
    const lived = (seed: number) => {
      const rates = { rate_limit_burst: 0.3, server_error_after: 0.2 }
      const local = openLocal({ seed, faults: { rates, operations: ['list'] } })
      return Array.from({ length: 100 }, () => local.call('GET /api/v2/deals').status)
    }
    expect(lived(5)).toEqual(lived(5))
    expect(lived(5)).not.toEqual(lived(6))
    expect(new Set(lived(5)).has(429)).toBe(true)
  })
})
