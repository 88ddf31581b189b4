import { describe, expect, it } from 'vitest'
import type { BudgetUsage } from '../connector.ts'
import { json } from '../http/scripted-transport.ts'
import { scriptedHubSpot } from './scripted-hubspot.ts'

const path = '/account-info/v3/api-usage/daily/private-apps'
const entry = {
  name: 'private-apps-api-calls-daily',
  usageLimit: 250_000,
  currentUsage: 1_234,
  resetsAt: '2026-11-22T00:00:00Z',
  collectedAt: '2026-11-21T09:55:00.250Z',
}
const told: BudgetUsage = {
  name: 'daily',
  used: 1_234,
  max: 250_000,
  resetsAt: Date.UTC(2026, 10, 22),
  countedAt: Date.UTC(2026, 10, 21, 9, 55, 0, 250),
}

describe('the used part of the daily limit', () => {
  it.each<[string, readonly object[], readonly BudgetUsage[]]>([
    ['is what HubSpot counts', [entry], [told]],
    ['is told of each entry', [entry, { ...entry, currentUsage: 5 }], [told, { ...told, used: 5 }]],
    [
      'is known without the time of its reset',
      [{ ...entry, resetsAt: null }],
      [{ ...told, resetsAt: null }],
    ],
    [
      'has no reset at what is no time',
      [{ ...entry, resetsAt: 'soon' }],
      [{ ...told, resetsAt: null }],
    ],
    [
      'is known without the time at which it was counted',
      [{ ...entry, collectedAt: undefined }],
      [{ ...told, countedAt: null }],
    ],
    ['is not known of an entry without a count', [{ ...entry, currentUsage: null }, entry], [told]],
    ['is not known of an entry without a limit', [{ ...entry, usageLimit: '250000' }], []],
    ['is empty where HubSpot lists nothing', [], []],
  ])('%s', async (_, results, expected) => {
    const { crm, seen, run } = scriptedHubSpot(() => json(200, { results }))
    expect(await run(crm.usage?.() ?? Promise.reject(new Error('there is no usage')))).toEqual(
      expected,
    )
    expect(seen.map((request) => [request.method, request.path])).toEqual([['GET', path]])
  })

  it('is nobody’s with OAuth, whose apps are counted apart: nothing is asked', async () => {
    const oauth = { client_id: 'a', client_secret: 'b', refresh_token: 'c' }
    const { crm, seen, run } = scriptedHubSpot(() => json(200, { results: [entry] }), { oauth })
    expect(await run(crm.usage?.() ?? Promise.reject(new Error('there is no usage')))).toEqual([])
    expect(seen).toEqual([])
  })

  it('that HubSpot does not let us see is an error of permissions', async () => {
    const body = { status: 'error', category: 'MISSING_SCOPES', message: 'no' }
    const { crm, run } = scriptedHubSpot(() => json(403, body))
    await expect(run(crm.usage?.() ?? Promise.resolve([]))).rejects.toMatchObject({ kind: 'auth' })
  })
})

describe('the limits of a connection', () => {
  const headersTold = {
    'x-hubspot-ratelimit-interval-milliseconds': '10000',
    'x-hubspot-ratelimit-max': '190',
    'x-hubspot-ratelimit-remaining': '187',
  }
  const token = { access_token: 'pat-test-token' }
  const limitsOf = async (options: Record<string, unknown>, headers?: Record<string, string>) => {
    const { crm, run } = scriptedHubSpot(() => json(200, { results: [entry] }, headers), options)
    await run(crm.objects().catch(() => []))
    const limits = crm.limits?.() ?? []
    return Object.fromEntries(limits.map(({ name, max, left }) => [name, [max, left]]))
  }
  const search = [5, null]

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['the smallest tier', {}, { burst: [100, null], search, associations: [100, null] }],
    [
      'the tier that is given',
      { tier: 'professional' },
      { burst: [190, null], search, associations: [150, null] },
    ],
    [
      'fewer where the connection is to use fewer',
      { tier: 'enterprise', requests_per_10_seconds: 20 },
      { burst: [20, null], search, associations: [20, null] },
    ],
  ])('are at first those of %s', async (_, options, expected) => {
    expect(await limitsOf({ ...token, ...options })).toEqual(expected)
  })

  it('are what answers headersTold, with what is left', async () => {
    expect(await limitsOf(token, headersTold)).toMatchObject({ burst: [190, 187] })
  })

  it('stay those that the connection sets itself, of which no more is left than they are', async () => {
    const own = { ...token, requests_per_10_seconds: 20 }
    expect(await limitsOf(own, headersTold)).toMatchObject({ burst: [20, 20] })
  })
})
