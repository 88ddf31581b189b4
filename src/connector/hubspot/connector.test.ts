import { describe, expect, it } from 'vitest'
import { defineConnector } from '../define-connector.ts'
import { createBudgetBook } from '../http/budget-book.ts'
import { createScriptedTransport, json } from '../http/scripted-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import { connectors, openCrm } from '../registry.ts'
import { untilMidnight } from './account.ts'
import { hubspot } from './connector.ts'
import { windowOf } from './limits.ts'
import { scriptedHubSpot } from './scripted-hubspot.ts'

describe('options', () => {
  it.each([
    [{ access_token: 'x' }, true],
    [{ oauth: { client_id: 'a', client_secret: 'b', refresh_token: 'c' } }, true],
    [{}, false],
    [
      { access_token: 'x', oauth: { client_id: 'a', client_secret: 'b', refresh_token: 'c' } },
      false,
    ],
    [{ access_token: '' }, false],
    [{ access_token: 'x', base_url: 'ftp://x' }, false],
    [{ access_token: 'x', base_url: 'http://127.0.0.1:4010' }, true],
    [{ access_token: 'x', base_url: 'http://hubspot.example.com' }, false],
    [{ access_token: 'x', tier: 'gold' }, false],
    [{ access_token: 'x', unknown: 1 }, false],
  ])('%j is valid: %s', (given, valid) => {
    expect(hubspot.options.safeParse(given).success).toBe(valid)
  })
})

describe('registry', () => {
  it('opens a connector with checked options', () => {
    const clock = createSimulatedClock()
    const transport = createScriptedTransport(() => json(200, {}))
    const context = { clock, random: () => 0, transport, budgets: createBudgetBook(clock) }
    const connector = connectors.get('hubspot')
    if (connector === undefined) throw new Error('there is no hubspot')
    expect(openCrm(connector, { access_token: 'x' }, context).calls()).toEqual([])
    expect(() => openCrm(connector, {}, context)).toThrow(/access_token/)
  })
})

describe('defineConnector', () => {
  it('refuses a page size that would never make progress', () => {
    const broken = { ...hubspot, pages: { ...hubspot.pages, read: 0 } }
    expect(() => defineConnector(broken)).toThrow('hubspot: page size of read is 0')
  })
})

const headers = {
  'x-hubspot-ratelimit-interval-milliseconds': '10000',
  'x-hubspot-ratelimit-max': '190',
  'x-hubspot-ratelimit-remaining': '42',
}

describe('windowOf', () => {
  it.each([
    [headers, true, { max: 190, remaining: 42 }],
    [headers, false, { remaining: 42 }],
    [{}, true, {}],
    [{ ...headers, 'x-hubspot-ratelimit-interval-milliseconds': '1000' }, true, {}],
    [{ ...headers, 'x-hubspot-ratelimit-max': 'many' }, true, { remaining: 42 }],
  ])('of %j is what it says', (given, learnsMax, expected) => {
    expect(windowOf({ status: 200, headers: given, body: '' }, learnsMax)).toEqual(expected)
  })
})

describe('budgets', () => {
  const read = { object: 'contacts', fields: ['email'] }
  const reads = async (options: object, limit: string | null, count: number): Promise<number> => {
    const given = {
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
      'x-hubspot-ratelimit-max': limit ?? '',
    }
    const { crm, run, clock } = scriptedHubSpot(
      ({ body }) => {
        const results = body.inputs.map(({ id }) => ({ id, properties: {} }))
        return json(200, { results }, limit === null ? {} : given)
      },
      { access_token: 'pat', ...options },
    )
    const ids = Array.from({ length: count }, (_, at) => `${at}`)
    await run(Promise.all(ids.map((id) => crm.readById([id], read))))
    return clock.monotonic()
  }

  it('begin with the tier that is configured, or the smallest', async () => {
    expect(await reads({}, null, 100)).toBe(10)
    expect(await reads({}, null, 101)).toBe(10_020)
    expect(await reads({ tier: 'professional' }, null, 190)).toBe(10)
    expect(await reads({ tier: 'professional' }, null, 191)).toBe(10_020)
  })

  it('learn the real tier from the first answer', async () => {
    expect(await reads({}, '190', 190)).toBe(20)
  })

  it('stay below the number the user set, whatever the tier', async () => {
    expect(await reads({ requests_per_10_seconds: 50 }, '190', 51)).toBe(10_020)
  })
})

describe('a daily limit', () => {
  const daily = json(429, { policyName: 'DAILY', message: 'You have reached your daily limit.' })

  it('says how long until the account’s midnight, once its zone is known', async () => {
    const { crm, run } = scriptedHubSpot(() => daily)
    const read = crm.readById(['1'], { object: 'contacts', fields: [] })
    await expect(run(read)).rejects.toMatchObject({ kind: 'exhausted', retryAfterMs: null })
    await run(crm.account())
    const again = crm.readById(['1'], { object: 'contacts', fields: [] })
    // 2023-11-14T22:13:20Z is 23:13:20 in Berlin; three requests took 10 ms each.
    const retryAfterMs = 46 * 60_000 + 40_000 - 30
    await expect(run(again)).rejects.toMatchObject({ kind: 'exhausted', retryAfterMs })
  })

  it.each([
    ['2026-06-01T12:00:00Z', 'UTC', 12],
    ['2026-06-01T12:00:00Z', 'Europe/Berlin', 10],
    ['2026-06-01T12:00:00Z', 'US/Pacific', 19],
    ['2026-03-28T23:00:00Z', 'Europe/Berlin', 23],
    ['2026-10-24T22:00:00Z', 'Europe/Berlin', 25],
  ])('at %s in %s lasts %s hours more', (now, zone, hours) => {
    expect(untilMidnight(Date.parse(now), zone)).toBe(hours * 3_600_000)
  })

  it('has no known end in a zone that is unknown here', () => {
    expect(untilMidnight(0, 'Moon/Base')).toBeNull()
  })
})

describe('account', () => {
  it('is asked for once', async () => {
    const { crm, run, transport } = scriptedHubSpot(() => json(500, {}))
    const [first, second] = await run(Promise.all([crm.account(), crm.account()]))
    expect(first).toEqual({ id: '4711', name: 'HubSpot account 4711', timeZone: 'Europe/Berlin' })
    expect(second).toBe(first)
    expect(transport.requests).toHaveLength(1)
  })
})
