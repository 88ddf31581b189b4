import { describe, expect, it } from 'vitest'
import { Router } from '../../router.ts'
import { openLocal, startOfTest } from '../open-local.ts'
import { localToken } from '../pipedrive.ts'
import { type LimitSettings, noLimits, planLimits, plans } from './rate-limits.ts'
import { routes } from '../routes/routes.ts'

const get = 'GET /api/v2/deals'
const app = {
  clientId: 'app',
  clientSecret: 's',
  redirectUri: 'https://x.com',
  scopes: ['base', 'deals:full'],
}
const access = { token: 'acc', clientId: 'app', userId: '1', expiresAt: startOfTest + 9e9 }
const byApp = { authorization: 'Bearer acc' }

function withLimits(limits: Partial<LimitSettings>) {
  return openLocal({
    limits: { ...noLimits, ...limits },
    state: { apps: [app], accessTokens: [access], apiTokens: [{ token: 'other', userId: '1' }] },
  })
}

/** How many of so many calls are let in. */
function letIn(
  local: ReturnType<typeof openLocal>,
  count: number,
  headers?: Record<string, string>,
) {
  const statuses = Array.from({ length: count }, () => local.call(get, undefined, headers).status)
  return statuses.filter((status) => status === 200).length
}

describe('the daily budget', () => {
  it.each([
    ['lite', 30_000],
    ['growth', 60_000],
    ['premium', 150_000],
    ['ultimate', 210_000],
  ] as const)('of %s is %i tokens a seat', (plan, tokens) => {
    expect(planLimits(plan).dailyTokens).toBe(tokens)
    expect(planLimits(plan, 5, 1000).dailyTokens).toBe(tokens * 5 + 1000)
  })

  it('is spent by the cost of each call, whatever its size and whoever makes it', () => {
    const local = withLimits({ dailyTokens: 100 })
    const left = (headers: Readonly<Record<string, string>>) =>
      headers['x-daily-ratelimit-token-remaining']
    expect(left(local.call(`${get}?limit=500`).headers)).toBe('90')
    expect(left(local.call(`${get}?limit=1`, undefined, byApp).headers)).toBe('80')
    expect(left(local.call('POST /api/v2/deals', { title: 'A' }).headers)).toBe('75')
    expect(left(local.call('GET /api/v2/deals/1').headers)).toBe('74')
    expect(left(local.call('PATCH /api/v2/deals/1', { title: 'B' }).headers)).toBe('69')
    expect(left(local.call('DELETE /api/v2/deals/1').headers)).toBe('66')
    expect(left(local.call('GET /api/v2/deals/archived').headers)).toBe('46')
    expect(left(local.call('GET /api/v2/stages').headers)).toBe('41')
    expect(left(local.call('GET /api/v1/users').headers)).toBe('21')
    expect(left(local.call('GET /api/v1/users/me').headers)).toBe('19')
  })

  it('is gone for the rest of the day, with burst requests left, and back at midnight', () => {
    const local = openLocal({
      limits: { ...planLimits('lite'), dailyTokens: 20, hammering: null },
      timeZone: 'America/New_York',
    })
    expect(letIn(local, 3)).toBe(2)
    const refused = local.call(get)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['x-ratelimit-remaining'])).toBeGreaterThan(0)
    // Midnight in New York is 04:00 UTC in March.
    local.advance(16 * 3_600_000 - 1)
    expect(letIn(local, 1)).toBe(0)
    local.advance(1)
    expect(letIn(local, 3)).toBe(2)
  })

  it.each([
    ['GET /api/v2/deals', 10],
    ['GET /api/v2/deals/archived', 20],
    ['GET /api/v2/persons/1', 1],
    ['POST /api/v2/organizations', 5],
    ['PATCH /api/v2/products/1', 5],
    ['DELETE /api/v2/activities/1', 3],
    ['GET /api/v2/stages', 5],
    ['GET /api/v2/pipelines', 5],
    ['GET /api/v2/persons/search', 20],
    ['GET /api/v2/itemSearch/field', 20],
    ['GET /api/v2/dealFields', 10],
    ['GET /api/v2/dealFields/title', 1],
    ['POST /api/v2/dealFields/x/options', 5],
    ['PATCH /api/v2/dealFields/x/options', 5],
    ['DELETE /api/v2/dealFields/x/options', 3],
    ['GET /api/v1/leads', 20],
    ['GET /v1/notes/1', 2],
    ['POST /api/v1/leads', 10],
    ['DELETE /api/v1/notes/1', 6],
    ['PUT /api/v1/persons/1/merge', 40],
    ['GET /api/v1/users', 20],
    ['GET /api/v1/users/me', 2],
    ['GET /api/v1/recents', 20],
    ['GET /api/v1/webhooks', 10],
    ['POST /api/v1/webhooks', 10],
    ['DELETE /api/v1/webhooks/1', 6],
    ['POST /oauth/token', 0],
  ])('is charged for %s with %i tokens', (endpoint, cost) => {
    const [method = '', path = ''] = endpoint.split(' ')
    expect(new Router(routes).find(method, path)?.route.cost).toBe(cost)
  })
})

describe('the burst limit', () => {
  it.each(plans.map((plan, index) => [plan, [20, 40, 100, 120][index] ?? 0] as const))(
    'of %s is %i requests in two seconds for an API token, four times that for an app',
    (plan, most) => {
      const local = withLimits({ ...planLimits(plan), dailyTokens: null, hammering: null })
      expect(letIn(local, most + 1)).toBe(most)
      expect(letIn(local, 4 * most + 1, byApp)).toBe(4 * most)
    },
  )

  it("rolls, and is each token's own", () => {
    const local = withLimits({ burst: 2 })
    expect(letIn(local, 1)).toBe(1)
    local.advance(1000)
    expect(letIn(local, 2)).toBe(1)
    expect(letIn(local, 1, { 'x-api-token': 'other' })).toBe(1)
    local.advance(1000)
    expect(letIn(local, 2)).toBe(1)
  })

  it('is told in headers, the reset in seconds', () => {
    const local = withLimits({ burst: 3 })
    expect(local.call(get).headers).toMatchObject({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': '2',
    })
    local.advance(1500)
    expect(local.call(get).headers).toMatchObject({
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': '1',
    })
  })

  it('refuses with 429 and no Retry-After, and a refusal costs nothing', () => {
    const local = withLimits({ burst: 1, dailyTokens: 100 })
    local.call(get)
    const refused = local.call(get)
    expect(refused.status).toBe(429)
    expect(refused.body).toEqual({
      success: false,
      error: 'request over rate limit',
      errorCode: 429,
    })
    expect(refused.headers['retry-after']).toBeUndefined()
    expect(refused.headers).toMatchObject({
      'x-ratelimit-remaining': '0',
      'x-daily-ratelimit-token-remaining': '90',
    })
  })
})

describe('headers of the day', () => {
  it('say what is left to API tokens that POST or PUT', () => {
    const local = withLimits({ dailyTokens: 100 })
    const post = local.call('POST /api/v2/deals', { title: 'A' })
    expect(post.headers['x-daily-requests-left']).toBe('95')
    expect(local.call(get).headers['x-daily-requests-left']).toBeUndefined()
    const answer = local.call('POST /api/v2/deals', { title: 'A' }, byApp)
    expect(answer.headers['x-daily-requests-left']).toBeUndefined()
  })

  it('that nobody documents can be left out', () => {
    const local = openLocal()
    const name = 'x-daily-ratelimit-token-limit'
    expect(local.call(get).headers[name]).toBeDefined()
    local.pipedrive.configure({ behaviour: { dailyHeaders: false } })
    expect(local.call(get).headers[name]).toBeUndefined()
  })
})

describe('whoever goes on after being refused', () => {
  const hammering = { refusals: 2, withinMs: 10_000, blockMs: 30_000 }

  it('gets a page of HTML with 403 until it has been quiet', () => {
    const local = withLimits({ burst: 1, hammering })
    const statuses = Array.from({ length: 5 }, () => local.call(get).status)
    expect(statuses).toEqual([200, 429, 429, 403, 403])
    const blocked = local.call(get)
    expect(blocked.headers['content-type']).toContain('text/html')
    expect(blocked.body).toEqual({})
    local.advance(29_999)
    expect(local.call(get).status).toBe(403)
    local.advance(1)
    expect(local.call(get).status).toBe(200)
  })

  it('is left alone when an OAuth app', () => {
    const local = withLimits({ oauthBurst: 1, hammering })
    const statuses = Array.from({ length: 5 }, () => local.call(get, undefined, byApp).status)
    expect(statuses).toEqual([200, 429, 429, 429, 429])
    expect(local.call(get, undefined, { 'x-api-token': localToken }).status).toBe(200)
  })
})
