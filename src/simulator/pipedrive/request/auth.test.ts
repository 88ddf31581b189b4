import { describe, expect, it } from 'vitest'
import { openLocal, startOfTest } from '../open-local.ts'
import { localToken } from '../pipedrive.ts'

const app = {
  clientId: 'app',
  clientSecret: 'secret',
  redirectUri: 'https://app.example.com/callback',
  scopes: ['base', 'deals:read', 'contacts:full'],
}
const refresh = { token: 'refresh-1', clientId: 'app', userId: '1', usedAt: startOfTest }
const withApp = { state: { apps: [app], refreshTokens: [refresh] } }
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

/** Asks an OAuth endpoint with a form. */
function post(
  local: ReturnType<typeof openLocal>,
  path: string,
  form: Readonly<Record<string, string>>,
  authorization = basic('app:secret'),
) {
  const { response } = local.pipedrive.handle({
    method: 'POST',
    url: path,
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded', host: 'a:1' },
    body: new URLSearchParams(form).toString(),
  })
  return { status: response.status, body: JSON.parse(response.body) as Record<string, unknown> }
}

const renew = { grant_type: 'refresh_token', refresh_token: 'refresh-1' }
const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` })
const day = 86_400_000

describe('callers', () => {
  it('lets an API token in by header and by query, for good', () => {
    const local = openLocal()
    local.advance(365 * day)
    expect(local.call('GET /api/v1/users/me').status).toBe(200)
    const byQuery = local.call(`GET /api/v2/deals?api_token=${localToken}`, undefined, {})
    expect(byQuery.status).toBe(200)
    expect(localToken).toMatch(/^[0-9a-f]{40}$/)
  })

  it('answers under /api/v1, /v1 and /api/v2, and not under /v2', () => {
    const local = openLocal()
    expect(local.call('GET /v1/users/me').data).toMatchObject({ id: 1, is_you: true })
    expect(local.call('GET /api/v2/persons').status).toBe(200)
    expect(local.call('GET /v2/persons').status).toBe(404)
  })

  it.each([
    ['nobody', {}],
    ['an unknown API token', { 'x-api-token': 'f'.repeat(40) }],
    ['an unknown bearer', { authorization: 'Bearer x' }],
    ['an unknown API token beside a good bearer', { 'x-api-token': 'x', ...bearer('good') }],
  ])('refuses %s as unauthorized access', (_who, headers) => {
    const good = { token: 'good', clientId: 'app', userId: '1', expiresAt: startOfTest + day }
    const local = openLocal({ state: { apps: [app], accessTokens: [good] } })
    expect(local.call('GET /api/v2/deals', undefined, bearer('good')).status).toBe(200)
    const { status, body } = local.call('GET /api/v2/deals', undefined, headers)
    expect(status).toBe(401)
    expect(body).toEqual({
      success: false,
      error: 'unauthorized access',
      errorCode: 401,
      error_info: 'Please check developers.pipedrive.com',
    })
  })

  it('lets the API token count where both are sent', () => {
    const local = openLocal()
    const both = { 'x-api-token': localToken, ...bearer('nonsense') }
    expect(local.call('GET /api/v2/deals', undefined, both).status).toBe(200)
  })

  it('refuses the token of a user who was deactivated', () => {
    const local = openLocal({
      state: {
        records: { users: [{ id: '2', values: { name: 'Bo', email: 'b@x.com' } }] },
        apiTokens: [{ token: 'bo', userId: '2' }],
      },
    })
    const asBo = { 'x-api-token': 'bo' }
    expect(local.call('GET /api/v2/deals', undefined, asBo).status).toBe(200)
    const values = { active_flag: false }
    local.pipedrive.edit({ kind: 'update', object: 'user', id: '2', values })
    expect(local.call('GET /api/v2/deals', undefined, asBo).status).toBe(401)
  })

  it('names the company and the caller in users/me', () => {
    const local = openLocal({ companyId: 77, domain: 'acme' })
    expect(local.call('GET /api/v1/users/me').data).toMatchObject({
      company_id: 77,
      company_domain: 'acme',
      email: 'admin@example.com',
      active_flag: true,
      created: '2026-03-10 12:00:00',
    })
  })
})

describe('OAuth', () => {
  it('gives an access token for a refresh token, which stays', () => {
    const local = openLocal(withApp)
    const { status, body } = post(local, '/oauth/token', renew)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      refresh_token: 'refresh-1',
      scope: 'base,deals:read,contacts:full',
      expires_in: 3599,
      api_domain: 'http://a:1',
    })
    const headers = bearer(body['access_token'])
    expect(local.call('GET /api/v2/deals', undefined, headers).status).toBe(200)
    local.advance(3_599_000)
    expect(local.call('GET /api/v2/deals', undefined, headers).status).toBe(401)
    expect(post(local, '/oauth/token', renew).status).toBe(200)
  })

  it('forgets a refresh token that was unused for 60 days', () => {
    const local = openLocal(withApp)
    local.advance(59 * day)
    expect(post(local, '/oauth/token', renew).status).toBe(200)
    local.advance(59 * day)
    expect(post(local, '/oauth/token', renew).status).toBe(200)
    local.advance(60 * day)
    expect(post(local, '/oauth/token', renew)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  })

  it('sends the browser back with a code that works once, at the same address', () => {
    const local = openLocal(withApp)
    const query = new URLSearchParams({ client_id: 'app', redirect_uri: app.redirectUri })
    const { status, headers } = local.call(`GET /oauth/authorize?${query.toString()}&state=s1`)
    expect(status).toBe(302)
    const back = new URL(headers['location'] ?? '')
    expect(back.searchParams.get('state')).toBe('s1')
    const grant = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: app.redirectUri,
    }
    expect(post(local, '/oauth/token', grant)).toMatchObject({ status: 200 })
    expect(post(local, '/oauth/token', grant)).toMatchObject({ status: 400 })
    const code = local.pipedrive.issueCode('app', '1')
    const elsewhere = { ...grant, code, redirect_uri: 'https://x.com' }
    expect(post(local, '/oauth/token', elsewhere)).toMatchObject({ status: 400 })
  })

  it('wants the id and secret of the app as HTTP Basic', () => {
    const local = openLocal(withApp)
    const wrong = post(local, '/oauth/token', renew, basic('app:wrong'))
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(post(local, '/oauth/token', { grant_type: 'password' })).toMatchObject({ status: 400 })
  })

  it('revokes a refresh token together with the access tokens that came of it', () => {
    const local = openLocal(withApp)
    const { body } = post(local, '/oauth/token', renew)
    expect(post(local, '/oauth/revoke', { token: 'refresh-1' }).status).toBe(200)
    expect(local.call('GET /api/v2/deals', undefined, bearer(body['access_token'])).status).toBe(
      401,
    )
    expect(post(local, '/oauth/token', renew).status).toBe(400)
  })

  it('refuses what the scopes of the app do not cover', () => {
    const local = openLocal(withApp)
    const headers = bearer(post(local, '/oauth/token', renew).body['access_token'])
    expect(local.call('POST /api/v2/persons', { name: 'Ann' }, headers).status).toBe(200)
    const refused = local.call('POST /api/v2/deals', { title: 'A' }, headers)
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({ error: 'Scope and URL mismatch', errorCode: 403 })
    expect(local.call('GET /api/v1/users', undefined, headers).status).toBe(403)
  })
})

describe('requests that lead nowhere', () => {
  it('are 404, with the error envelope', () => {
    const { status, body } = openLocal().call('GET /api/v2/rockets')
    expect(status).toBe(404)
    expect(body).toMatchObject({ success: false, data: null, additional_data: null })
    expect(body['error_info']).toContain('developers.pipedrive.com')
  })

  it('are 404 where the first version had records', () => {
    const local = openLocal()
    for (const path of ['deals', 'persons', 'organizations', 'activities', 'products', 'stages']) {
      expect(local.call(`GET /api/v1/${path}`).status).toBe(404)
    }
  })

  it('are 405 where the path takes other methods, 415 with another kind of body, 400 with broken JSON', () => {
    const local = openLocal()
    expect(local.call('PUT /api/v2/deals/1', {}).status).toBe(405)
    const xml = { 'x-api-token': localToken, 'content-type': 'text/xml' }
    expect(local.call('POST /api/v2/deals', { title: 'A' }, xml).status).toBe(415)
    const { response } = local.pipedrive.handle({
      method: 'POST',
      url: '/api/v2/deals',
      headers: { 'x-api-token': localToken },
      body: '{',
    })
    expect(response.status).toBe(400)
  })
})
