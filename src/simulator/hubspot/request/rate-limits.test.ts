import { describe, expect, it } from 'vitest'
import { openLocal } from '../open-local.ts'
import type { OpenLocal } from '../open-local.ts'
import { tierLimits } from './rate-limits.ts'
import { dayEnd } from '../../time-zone.ts'

const list = 'GET /crm/v3/objects/contacts'
const search = 'POST /crm/v3/objects/contacts/search'
const oauth = {
  apps: [{ clientId: 'app', clientSecret: 's', appId: 1, scopes: 'all' as const }],
  accessTokens: [{ token: 'oauth-1', clientId: 'app', userId: 1, expiresAt: 2 ** 52 }],
}

function statuses(local: OpenLocal, count: number, url: string, token?: string): number[] {
  return Array.from(
    { length: count },
    () => local.call(url, url === search ? {} : undefined, token).status,
  )
}

describe('the rolling window', () => {
  it('lets 190 through in any 10 seconds and frees each 10 seconds after it came', () => {
    const local = openLocal({ limits: tierLimits.professional })
    expect(statuses(local, 100, list)).not.toContain(429)
    local.advance(4000)
    expect(statuses(local, 91, list).filter((status) => status === 429)).toHaveLength(1)
    local.advance(5999)
    expect(local.call(list).status).toBe(429)
    local.advance(1)
    expect(statuses(local, 101, list).filter((status) => status === 429)).toHaveLength(1)
  })

  it('answers 429 with policy and message, without Retry-After', () => {
    const local = openLocal({
      limits: { ...tierLimits.starter, burst: { max: 1, windowMs: 10_000 } },
    })
    local.call(list)
    const { status, headers, body } = local.call(list)
    expect(status).toBe(429)
    expect(body).toEqual({
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      policyName: 'TEN_SECONDLY_ROLLING',
      correlationId: expect.any(String),
      requestId: expect.any(String),
    })
    expect(headers['retry-after']).toBe(undefined)
    expect(headers['x-hubspot-ratelimit-remaining']).toBe('0')
  })

  it.each([
    ['starter', 100, 250_000],
    ['professional', 190, 625_000],
    ['enterprise', 190, 1_000_000],
    ['add_on', 250, 2_000_000],
  ] as const)('allows %s %i in 10 seconds and %i a day', (tier, burst, daily) => {
    const { headers } = openLocal({ limits: tierLimits[tier] }).call(list)
    expect(headers).toMatchObject({
      'x-hubspot-ratelimit-max': String(burst),
      'x-hubspot-ratelimit-remaining': String(burst - 1),
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
      'x-hubspot-ratelimit-daily': String(daily),
      'x-hubspot-ratelimit-daily-remaining': String(daily - 1),
      'x-hubspot-ratelimit-secondly': String(burst / 10),
      'x-hubspot-ratelimit-secondly-remaining': String(burst / 10),
    })
  })

  it('counts each private app by itself and OAuth apps to 110 without daily headers', () => {
    const privateApps = [{ token: 'pat-2', name: 'second', scopes: 'all' as const }]
    const limits = { ...tierLimits.starter, burst: { max: 1, windowMs: 10_000 } }
    const local = openLocal({ limits, state: { ...oauth, privateApps } })
    expect(statuses(local, 2, list)).toEqual([200, 429])
    expect(statuses(local, 2, list, 'pat-2')).toEqual([200, 429])
    const { headers } = local.call(list, undefined, 'oauth-1')
    expect(headers['x-hubspot-ratelimit-max']).toBe('110')
    expect(Object.keys(headers).filter((name) => name.includes('daily'))).toEqual([])
  })

  it('counts the associations API apart', () => {
    const limits = { ...tierLimits.professional, burst: { max: 1, windowMs: 10_000 } }
    const local = openLocal({ limits })
    const id = local.create('contacts', { email: 'a@x.com' })
    const { status, headers } = local.call(
      `GET /crm/v4/objects/contacts/${id}/associations/companies`,
    )
    expect([status, headers['x-hubspot-ratelimit-max']]).toEqual([200, '150'])
  })

  it('forgets requests of the future when the clock jumps back', () => {
    const limits = { ...tierLimits.starter, burst: { max: 1, windowMs: 10_000 } }
    const local = openLocal({ limits })
    local.call(list)
    local.advance(-3_600_000)
    expect(local.call(list).status).toBe(200)
  })
})

describe('the search limit', () => {
  it('is 5 a second for the account, apart from the window, without rate headers', () => {
    const state = { privateApps: [{ token: 'pat-2', name: 'second', scopes: 'all' as const }] }
    const local = openLocal({ limits: tierLimits.professional, state })
    expect(statuses(local, 3, search)).toEqual([200, 200, 200])
    expect(statuses(local, 3, search, 'pat-2')).toEqual([200, 200, 429])
    expect(local.call(list).headers['x-hubspot-ratelimit-remaining']).toBe('189')
    local.advance(1000)
    const { status, headers } = local.call(search, {})
    expect(status).toBe(200)
    expect(Object.keys(headers).filter((name) => name.includes('ratelimit'))).toEqual([])
  })

  it('answers with the literal message and a category, without a policy', () => {
    const local = openLocal({
      limits: { ...tierLimits.starter, search: { max: 0, windowMs: 1000 } },
    })
    const { status, body, headers } = local.call(search, {})
    expect(status).toBe(429)
    expect(body).toEqual({
      status: 'error',
      message: 'You have reached your secondly limit.',
      correlationId: expect.any(String),
      category: 'RATE_LIMITS',
    })
    expect(Object.keys(headers).filter((name) => name.includes('ratelimit'))).toEqual([])
  })

  it('still counts to the daily limit', () => {
    const local = openLocal({ limits: { ...tierLimits.starter, daily: 2 } })
    expect(statuses(local, 2, search)).toEqual([200, 200])
    expect(local.call(search, {}).body['policyName']).toBe('DAILY')
  })
})

describe('the daily limit', () => {
  it('is shared by the private apps and starts again at midnight in the portal', () => {
    const privateApps = [{ token: 'pat-2', name: 'second', scopes: 'all' as const }]
    const limits = { ...tierLimits.starter, daily: 2 }
    // Noon UTC is 13:00 in Berlin.
    const local = openLocal({ limits, timeZone: 'Europe/Berlin', state: { privateApps } })
    expect(statuses(local, 1, list)).toEqual([200])
    expect(statuses(local, 1, list, 'pat-2')).toEqual([200])
    const { status, body } = local.call(list)
    expect(status).toBe(429)
    expect(body).toMatchObject({
      message: 'You have reached your daily limit.',
      errorType: 'RATE_LIMIT',
      policyName: 'DAILY',
    })
    local.advance(11 * 3_600_000 - 1)
    expect(local.call(list).status).toBe(429)
    local.advance(1)
    expect(local.call(list).status).toBe(200)
  })

  it('does not count OAuth apps', () => {
    const local = openLocal({ limits: { ...tierLimits.starter, daily: 1 }, state: oauth })
    expect(statuses(local, 3, list, 'oauth-1')).toEqual([200, 200, 200])
  })

  it('is told by the account endpoints, with the account time zone', () => {
    const local = openLocal({
      limits: tierLimits.starter,
      timeZone: 'America/New_York',
      portalId: 7,
    })
    local.call(list)
    const usage = local.call('GET /account-info/v3/api-usage/daily/private-apps').results
    expect(usage).toMatchObject([
      {
        currentUsage: 2,
        usageLimit: 250_000,
        resetsAt: '2026-03-11T04:00:00.000Z',
        fetchStatus: 'SUCCESS',
      },
    ])
    const { body } = local.call('GET /account-info/v3/details')
    expect(body).toMatchObject({ portalId: 7, timeZone: 'America/New_York', utcOffset: '-04:00' })
  })

  it.each([
    ['Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T23:00:00Z'],
    ['Pacific/Auckland', '2026-03-10T12:00:00Z', '2026-03-11T11:00:00Z'],
  ])('ends the day of %s after %s at %s', (zone, now, end) => {
    expect(new Date(dayEnd(Date.parse(now), zone)).toISOString()).toBe(end.replace('Z', '.000Z'))
  })
})
