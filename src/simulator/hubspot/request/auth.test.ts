import { describe, expect, it } from 'vitest'
import { isJsonObject } from '../../json.ts'
import { openLocal, startOfTest, textOf } from '../open-local.ts'

const contacts = '/crm/v3/objects/contacts'
const app = { clientId: 'app', clientSecret: 'secret', appId: 7, scopes: 'all' as const }
const refreshToken = { token: 'refresh-1', clientId: 'app', userId: 9 }
const withApp = { state: { apps: [app], refreshTokens: [refreshToken] } }

function form(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ client_id: 'app', client_secret: 'secret', ...values }).toString()
}

function token(local: ReturnType<typeof openLocal>, body: string, path = '/oauth/v1/token') {
  const { response } = local.hubspot.handle({ method: 'POST', url: path, headers: {}, body })
  const answer = JSON.parse(response.body)
  if (!isJsonObject(answer)) throw new Error('no token answer')
  return { status: response.status, body: answer }
}

describe('callers', () => {
  it('lets a private-app token in for good', () => {
    const local = openLocal()
    local.advance(365 * 86_400_000)
    expect(local.call(`GET ${contacts}`).status).toBe(200)
  })

  it('refuses a missing or unknown token as INVALID_AUTHENTICATION with the failure header', () => {
    const local = openLocal()
    const { response } = local.hubspot.handle({
      method: 'GET',
      url: contacts,
      headers: {},
      body: null,
    })
    expect(response.status).toBe(401)
    const unknown = local.call(`GET ${contacts}`, undefined, 'pat-other')
    expect(unknown.status).toBe(401)
    expect(unknown.headers['x-hubspot-auth-failure']).toBe('401 Unauthorized')
    expect(unknown.body).toMatchObject({
      status: 'error',
      category: 'INVALID_AUTHENTICATION',
      message: expect.stringContaining('Authentication credentials not found.'),
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('does not take an API key in the query for a token', () => {
    const local = openLocal()
    const url = `${contacts}?hapikey=pat-local`
    const { response } = local.hubspot.handle({ method: 'GET', url, headers: {}, body: null })
    expect(response.status).toBe(401)
  })

  it('refuses an expired access token as EXPIRED_AUTHENTICATION with its expire time', () => {
    const local = openLocal(withApp)
    const { body } = token(local, form({ grant_type: 'refresh_token', refresh_token: 'refresh-1' }))
    const access = textOf(body['access_token'])
    expect(local.call(`GET ${contacts}`, undefined, access).status).toBe(200)
    local.advance(1_800_000)
    const late = local.call(`GET ${contacts}`, undefined, access)
    expect(late.status).toBe(401)
    expect(late.body).toMatchObject({
      category: 'EXPIRED_AUTHENTICATION',
      message: 'The OAuth token used to make this call expired 0 second(s) ago.',
      context: { 'expire time': [new Date(startOfTest + 1_800_000).toISOString()] },
    })
  })

  it('names the missing scope in a 403', () => {
    const state = {
      privateApps: [{ token: 'pat-narrow', name: 'narrow', scopes: ['crm.objects.contacts.read'] }],
    }
    const local = openLocal({ state })
    expect(local.call(`GET ${contacts}`, undefined, 'pat-narrow').status).toBe(200)
    const refused = local.call(`POST ${contacts}`, { properties: {} }, 'pat-narrow')
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({
      category: 'MISSING_SCOPES',
      errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.write'] } }],
    })
  })

  it('wants the custom scope for custom objects and the scope of both ends for associations', () => {
    const scopes = ['crm.objects.contacts.read']
    const local = openLocal({
      state: {
        privateApps: [{ token: 'pat-narrow', name: 'narrow', scopes }],
        customObjects: [
          {
            id: '2-1',
            name: 'cars',
            labels: { singular: 'Car', plural: 'Cars' },
            required: [],
            searchable: [],
            primaryDisplayProperty: 'hs_object_id',
          },
        ],
      },
    })
    const custom = local.call('GET /crm/v3/objects/cars', undefined, 'pat-narrow')
    expect(custom.body).toMatchObject({
      errors: [{ context: { requiredGranularScopes: ['crm.objects.custom.read'] } }],
    })
    const id = local.create('contacts', { email: 'a@x.com' })
    const url = `GET /crm/v4/objects/contacts/${id}/associations/companies`
    expect(local.call(url, undefined, 'pat-narrow').body).toMatchObject({
      errors: [{ context: { requiredGranularScopes: ['crm.objects.companies.read'] } }],
    })
  })
})

describe('token endpoints', () => {
  it('gives a 30-minute access token for a refresh token, which does not rotate', () => {
    const local = openLocal(withApp)
    const { status, body } = token(
      local,
      form({ grant_type: 'refresh_token', refresh_token: 'refresh-1' }),
    )
    expect(status).toBe(200)
    expect(body).toEqual({
      token_type: 'bearer',
      access_token: expect.any(String),
      refresh_token: 'refresh-1',
      expires_in: 1800,
    })
  })

  it('takes parameters from the query in v1 only', () => {
    const local = openLocal(withApp)
    const values = form({ grant_type: 'refresh_token', refresh_token: 'refresh-1' })
    expect(token(local, '', `/oauth/v1/token?${values}`).status).toBe(200)
    expect(token(local, '', `/oauth/v3/token?${values}`).status).toBe(400)
  })

  it.each(['v3', '2026-03', '2026-09'])('says more in version %s', (version) => {
    const local = openLocal(withApp)
    const values = form({ grant_type: 'refresh_token', refresh_token: 'refresh-1' })
    const { body } = token(local, values, `/oauth/${version}/token`)
    expect(body).toMatchObject({ hub_id: 62515, user_id: 9, token_use: 'access_token' })
  })

  it('gives client credentials an access token from v3 on', () => {
    const local = openLocal(withApp)
    const values = form({ grant_type: 'client_credentials' })
    expect(token(local, values).status).toBe(400)
    const { body } = token(local, values, '/oauth/v3/token')
    expect(body).toMatchObject({ token_use: 'client_credentials', expires_in: 1800 })
    const access = textOf(body['access_token'])
    expect(local.call(`GET ${contacts}`, undefined, access).status).toBe(200)
  })

  it('refuses an unknown refresh token as BAD_REFRESH_TOKEN, in v3 as invalid_grant, too', () => {
    const local = openLocal(withApp)
    const values = form({ grant_type: 'refresh_token', refresh_token: 'nope' })
    expect(token(local, values)).toMatchObject({
      status: 400,
      body: { status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown refresh token' },
    })
    expect(token(local, values, '/oauth/v3/token').body).toMatchObject({
      status: 'BAD_REFRESH_TOKEN',
      error: 'invalid_grant',
      error_description: 'missing or unknown refresh token',
    })
  })

  it('takes an authorization code once and before it expires', () => {
    const local = openLocal(withApp)
    const code = local.hubspot.issueCode('app')
    const values = form({ grant_type: 'authorization_code', code, redirect_uri: 'http://x' })
    expect(token(local, values).status).toBe(200)
    expect(token(local, values).body).toMatchObject({ status: 'BAD_AUTH_CODE' })
    const late = local.hubspot.issueCode('app')
    local.advance(600_000)
    const expired = form({ grant_type: 'authorization_code', code: late })
    expect(token(local, expired).body).toMatchObject({ status: 'EXPIRED_AUTH_CODE' })
  })

  it('introspects and revokes tokens', () => {
    const local = openLocal(withApp)
    const asked = new URLSearchParams({ token: 'refresh-1' }).toString()
    expect(token(local, asked, '/oauth/v3/token/introspect').body).toMatchObject({ active: true })
    token(local, asked, '/oauth/v3/token/revoke')
    expect(token(local, asked, '/oauth/v3/token/introspect').body).toMatchObject({ active: false })
  })
})
