import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type OpenLocal, objectOf, openLocal, textOf } from '../open-local.ts'
import { localUser } from '../salesforce.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const app = { clientId: 'app', clientSecret: 'secret' }
const client = { client_id: 'app', client_secret: 'secret' }
const state = {
  apps: [
    { ...app, runAs: localUser, certificate: publicKey },
    { clientId: 'bare', clientSecret: 'secret', certificate: publicKey, preauthorized: [] },
    { clientId: 'rotating', clientSecret: 'secret', rotatesRefreshTokens: true },
  ],
  logins: [
    { username: localUser, password: 'wordTOKEN' },
    { username: 'gone@local.test', password: 'word' },
  ],
  refreshTokens: [
    { token: 'kept', clientId: 'app', username: localUser },
    { token: 'turned', clientId: 'rotating', username: localUser },
  ],
  records: {
    User: [{ values: { Username: 'gone@local.test', LastName: 'Gone', Email: 'gone@local.test' } }],
  },
}

const open = () => openLocal({ state })
const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

function assertion(claims: Readonly<Record<string, string | number>>, alg = 'RS256'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg })}.${part(claims)}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}

function claimsFor(local: OpenLocal, changes: Readonly<Record<string, string | number>> = {}) {
  const exp = Math.floor(local.now() / 1000) + 180
  return { iss: 'app', sub: localUser, aud: 'https://login.salesforce.com', exp, ...changes }
}

describe('signing in', () => {
  it('answers without saying how long the token lives, with issued_at as a text', () => {
    const local = open()
    const { status, body } = local.form('token', { grant_type: 'client_credentials', ...client })
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^00D\w{12}!AQ/),
      signature: expect.any(String),
      scope: 'api refresh_token',
      instance_url: 'http://org.test',
      id: expect.stringMatching(/^http:\/\/org\.test\/id\/00D\w{15}\/005\w{15}$/),
      token_type: 'Bearer',
      issued_at: String(local.now()),
    })
    const headers = { authorization: `Bearer ${textOf(objectOf(body)['access_token'])}` }
    expect(local.call('GET /limits', undefined, headers).status).toBe(200)
  })

  it('takes client credentials in a Basic header, too', () => {
    const { salesforce } = open()
    const basic = Buffer.from('app:secret').toString('base64')
    const { response } = salesforce.handle({
      method: 'POST',
      url: '/services/oauth2/token',
      headers: { authorization: `Basic ${basic}` },
      body: 'grant_type=client_credentials',
    })
    expect(response.status).toBe(200)
  })

  it.each(['login.salesforce.com', 'test.salesforce.com'])(
    'refuses client credentials at %s, which is not the My Domain host',
    (host) => {
      const form = { grant_type: 'client_credentials', ...client }
      expect(open().form('token', form, host)).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      })
    },
  )

  it('refuses client credentials for an app without a user to run as', () => {
    const form = { grant_type: 'client_credentials', client_id: 'bare', client_secret: 'secret' }
    expect(open().form('token', form).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('takes a signed assertion and gives no refresh token', () => {
    const local = open()
    const { status, body } = local.form('token', {
      grant_type: jwtGrant,
      assertion: assertion(claimsFor(local)),
    })
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('refresh_token')
  })

  it.each([
    ['another audience', { aud: 'https://example.com' }, 'audience is invalid'],
    ['a time that is over', { exp: 1 }, 'expired authorization code'],
    ['a time too far ahead', { exp: 4_000_000_000 }, 'expired authorization code'],
    ['a user who did not consent', { iss: 'bare' }, "user hasn't approved this consumer"],
  ])('refuses an assertion with %s', (_what, changes, description) => {
    const local = open()
    const form = { grant_type: jwtGrant, assertion: assertion(claimsFor(local, changes)) }
    expect(local.form('token', form)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: description },
    })
  })

  it('refuses an assertion that another key signed, or none', () => {
    const local = open()
    const good = assertion(claimsFor(local))
    const [head = '', , signature = ''] = good.split('.')
    const other = Buffer.from(JSON.stringify(claimsFor(local, { sub: 'x' }))).toString('base64url')
    for (const forged of [
      `${head}.${other}.${signature}`,
      assertion(claimsFor(local), 'none'),
      '',
    ]) {
      const { status, body } = local.form('token', { grant_type: jwtGrant, assertion: forged })
      expect([status, body]).toMatchObject([400, { error: 'invalid_grant' }])
    }
  })

  it('takes a password with the security token after it', () => {
    const local = open()
    const form = { grant_type: 'password', ...client, username: localUser }
    expect(local.form('token', { ...form, password: 'wordTOKEN' }).status).toBe(200)
    expect(local.form('token', { ...form, password: 'word' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'authentication failure' },
    })
  })

  it('gives a new token for a refresh token, which returns only where it rotates', () => {
    const local = open()
    const form = (token: string, id: string) => ({
      grant_type: 'refresh_token',
      refresh_token: token,
      client_id: id,
      client_secret: 'secret',
    })
    expect(local.form('token', form('kept', 'app')).body).not.toHaveProperty('refresh_token')
    expect(local.form('token', form('kept', 'app')).status).toBe(200)
    const { body } = local.form('token', form('turned', 'rotating'))
    const next = textOf(objectOf(body)['refresh_token'])
    expect(local.form('token', form('turned', 'rotating')).body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    })
    expect(local.form('token', form(next, 'rotating')).status).toBe(200)
  })

  it.each([
    [{ grant_type: 'magic' }, 'unsupported_grant_type'],
    [{ grant_type: 'client_credentials', client_id: 'nobody' }, 'invalid_client_id'],
    [{ grant_type: 'client_credentials', client_id: 'app', client_secret: 'no' }, 'invalid_client'],
    [
      { grant_type: 'password', ...client, username: 'gone@local.test', password: 'word' },
      'inactive_user',
    ],
  ])('refuses %j as %s', (form, error) => {
    expect(open().form('token', form)).toMatchObject({ status: 400, body: { error } })
  })
})

describe('the web server flow', () => {
  const redirect = 'https://client.test/back'
  const verifier = 'v'.repeat(43)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const web = { clientId: 'web', clientSecret: 'secret', callbackUrls: [redirect] }
  const openWeb = () => openLocal({ state: { ...state, apps: [...state.apps, web] } })

  /** Goes to the page where a person consents; returns where it leads, or why it leads nowhere. */
  function visit(local: OpenLocal, changes: Readonly<Record<string, string>> = {}) {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'web',
      redirect_uri: redirect,
      state: 'mine',
      ...changes,
    })
    const path = `GET /services/oauth2/authorize?${query.toString()}`
    const { status, headers, text } = local.send(path, null, { authorization: '' })
    const back = new URL(headers['location'] ?? 'https://nowhere.test')
    return { status, text, back: Object.fromEntries(back.searchParams) }
  }
  const exchange = (local: OpenLocal, changes: Readonly<Record<string, string>>) =>
    local.form('token', {
      grant_type: 'authorization_code',
      client_id: 'web',
      client_secret: 'secret',
      redirect_uri: redirect,
      ...changes,
    })

  it('gives a code for a consent, and for the code a token that can be refreshed', () => {
    const local = openWeb()
    const { status, back } = visit(local)
    expect([status, back]).toEqual([302, { code: expect.any(String), state: 'mine' }])
    const { body } = exchange(local, { code: back['code'] ?? '' })
    const token = objectOf(body)
    const headers = { authorization: `Bearer ${textOf(token['access_token'])}` }
    expect(local.call('GET /services/oauth2/userinfo', undefined, headers).body).toMatchObject({
      preferred_username: localUser,
    })
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: textOf(token['refresh_token']),
      client_id: 'web',
      client_secret: 'secret',
    }
    expect(local.form('token', refresh).status).toBe(200)
  })

  it('takes a code once, for a quarter of an hour, from the client it was given to', () => {
    const local = openWeb()
    const codeOf = () => visit(local).back['code'] ?? ''
    const code = codeOf()
    expect(exchange(local, { code }).status).toBe(200)
    const refused = { status: 400, body: { error: 'invalid_grant' } }
    expect(exchange(local, { code })).toMatchObject(refused)
    expect(exchange(local, { code: codeOf(), client_id: 'app' })).toMatchObject(refused)
    expect(exchange(local, { code: codeOf(), redirect_uri: 'https://other.test' })).toMatchObject({
      status: 400,
      body: { error: 'redirect_uri_mismatch' },
    })
    const old = codeOf()
    local.advance(15 * 60_000)
    expect(exchange(local, { code: old })).toMatchObject(refused)
  })

  it('wants the verifier of the challenge that it began with', () => {
    const local = openWeb()
    const codeOf = () => visit(local, { code_challenge: challenge }).back['code'] ?? ''
    expect(exchange(local, { code: codeOf(), code_verifier: verifier }).status).toBe(200)
    for (const wrong of [{}, { code_verifier: 'w'.repeat(43) }]) {
      expect(exchange(local, { code: codeOf(), ...wrong }).body).toMatchObject({
        error: 'invalid_grant',
        error_description: 'invalid code verifier',
      })
    }
  })

  it('leads back with an error where the user does not consent, or another answer is wanted', () => {
    const denied = { error: 'access_denied', state: 'mine' }
    expect(visit(openWeb(), { login_hint: 'nobody' })).toMatchObject({ status: 302, back: denied })
    const gone = { login_hint: 'gone@local.test' }
    expect(visit(openWeb(), gone)).toMatchObject({ status: 302, back: denied })
    expect(visit(openWeb(), { response_type: 'token' })).toMatchObject({
      status: 302,
      back: { error: 'unsupported_response_type' },
    })
  })

  it.each([
    [{ client_id: 'nobody' }, 'invalid_client_id'],
    [{ redirect_uri: 'https://other.test' }, 'redirect_uri_mismatch'],
    [{ client_id: 'app' }, 'redirect_uri_mismatch'],
  ])('leads nowhere with %j', (changes, error) => {
    expect(visit(openWeb(), changes)).toMatchObject({
      status: 400,
      text: expect.stringContaining(error),
    })
  })
})

describe('a session', () => {
  function session(local: OpenLocal): string {
    const { body } = local.form('token', { grant_type: 'client_credentials', ...client })
    return textOf(objectOf(body)['access_token'])
  }

  it('lasts two hours after its last use', () => {
    const local = open()
    const headers = { authorization: `Bearer ${session(local)}` }
    const ask = () => local.call('GET /limits', undefined, headers)
    for (let times = 0; times < 3; times += 1) {
      local.advance(119 * 60_000)
      expect(ask().status).toBe(200)
    }
    local.advance(120 * 60_000)
    expect(ask()).toMatchObject({
      status: 401,
      body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    })
  })

  it('lives as long as the org is set to', () => {
    const local = openLocal({ state, sessionTimeoutMs: 1000 })
    const headers = { authorization: `Bearer ${session(local)}` }
    local.advance(1000)
    expect(local.call('GET /limits', undefined, headers).status).toBe(401)
  })

  it('ends when told, in the middle of a run', () => {
    const local = open()
    const headers = { authorization: `Bearer ${session(local)}` }
    local.salesforce.expireSessions()
    expect(local.call('GET /limits', undefined, headers).status).toBe(401)
    expect(local.call('GET /limits').status).toBe(200)
  })

  it('is wanted by everything but the list of versions', () => {
    const local = open()
    const nobody = { authorization: '' }
    expect(local.call('GET /services/data', undefined, nobody).status).toBe(200)
    expect(local.call('GET /sobjects', undefined, nobody).status).toBe(401)
    expect(local.call('GET /sobjects', undefined, { authorization: 'Bearer made-up' }).status).toBe(
      401,
    )
  })

  it('is of no use where the API is turned off', () => {
    const local = openLocal({ apiEnabled: false })
    const off = { status: 403, body: [{ errorCode: 'API_DISABLED_FOR_ORG' }] }
    expect(local.call('GET /limits')).toMatchObject(off)
    local.salesforce.configure({ apiEnabled: true })
    expect(local.call('GET /limits').status).toBe(200)
  })

  it('is of no use while the API is turned off for a while', () => {
    const local = openLocal({ apiPaused: true })
    const off = { status: 403, body: [{ errorCode: 'API_CURRENTLY_DISABLED' }] }
    expect(local.call('GET /limits')).toMatchObject(off)
    local.salesforce.configure({ apiPaused: false })
    expect(local.call('GET /limits').status).toBe(200)
  })

  it('is given only so often in an hour', () => {
    const local = open()
    local.salesforce.configure({ limits: { signInsPerHour: 2 } })
    const form = { ...client, grant_type: 'client_credentials' }
    const ask = () => local.form('token', form, 'local.my.salesforce.com')
    expect([ask().status, ask().status]).toEqual([200, 200])
    expect(ask()).toMatchObject({ status: 400, body: { error: 'rate_limit_exceeded' } })
    local.advance(3_600_000)
    expect(ask().status).toBe(200)
  })

  it('can be asked about and revoked', () => {
    const local = open()
    const token = session(local)
    expect(local.form('introspect', { ...client, token }).body).toMatchObject({
      active: true,
      username: localUser,
    })
    expect(local.form('revoke', { token }).status).toBe(200)
    expect(local.form('introspect', { ...client, token }).body).toEqual({ active: false })
    expect(local.form('revoke', { token }).status).toBe(400)
  })

  it('knows whose it is', () => {
    const local = open()
    const { body } = local.call('GET /services/oauth2/userinfo')
    expect(body).toMatchObject({ preferred_username: localUser, name: 'Local Admin' })
    const { organization_id: org, user_id: user } = objectOf(body)
    expect(local.call(`GET /id/${textOf(org)}/${textOf(user)}`).body).toMatchObject({
      user_id: user,
      organization_id: org,
      username: localUser,
      urls: { rest: 'http://org.test/services/data/v{version}/' },
    })
    expect(local.call(`GET /id/${textOf(user)}/${textOf(user)}`).status).toBe(404)
  })
})
