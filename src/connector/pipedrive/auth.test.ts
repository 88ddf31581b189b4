import { describe, expect, it } from 'vitest'
import { json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { TransportFailure } from '../http/transport.ts'
import { pipedriveOptions } from './options.ts'
import { ok, refused, scriptedPipedrive } from './scripted-pipedrive.ts'

const oauth = {
  client_id: 'app',
  client_secret: 'client-secret',
  refresh_token: 'refresh-me',
}
const me = ok({ id: 1, company_id: 4711, company_name: 'Acme' })
const over = refused(401, 'unauthorized access')
const tokenUrl = 'POST oauth.pipedrive.com/oauth/token'

/** Hands out numbered tokens; `accepts` decides on each request's token. */
function withTokens(accepts: (token: string) => boolean, more: object = {}) {
  let issued = 0
  return scriptedPipedrive(
    ({ url, headers }) => {
      if (url === tokenUrl) {
        issued += 1
        return json(200, { access_token: `token-${issued}`, expires_in: 3_599, ...more })
      }
      return accepts(headers['authorization']?.replace('Bearer ', '') ?? '') ? me : over
    },
    { oauth },
  )
}

describe('an API token', () => {
  it('goes in a header of its own, to the company’s address', async () => {
    const { reader, run, seen } = scriptedPipedrive(() => me)
    expect(await run(reader.account())).toEqual({ id: '4711', name: 'Acme', timeZone: null })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({
      url: 'GET acme.pipedrive.com/api/v1/users/me',
      headers: { 'x-api-token': 'secret-api-token' },
    })
    expect(seen[0]?.headers).not.toHaveProperty('authorization')
  })

  it('can not be renewed, and appears in no message', async () => {
    const echo = refused(401, 'token secret-api-token is not known')
    const { reader, run, seen } = scriptedPipedrive(() => echo)
    await expect(run(reader.account())).rejects.toMatchObject({
      kind: 'auth',
      message: 'Pipedrive answered 401: token *** is not known',
    })
    expect(seen).toHaveLength(1)
  })
})

describe('OAuth', () => {
  it('asks for a token with the app’s id and secret as HTTP Basic, and uses it for an hour', async () => {
    const { reader, run, clock, seen } = withTokens(() => true)
    await run(reader.account())
    await run(reader.account())
    const [first] = seen
    expect(first?.url).toBe(tokenUrl)
    expect(first?.headers['authorization']).toBe(
      `Basic ${Buffer.from('app:client-secret').toString('base64')}`,
    )
    expect(first?.body).toBe('grant_type=refresh_token&refresh_token=refresh-me')
    expect(seen.filter(({ url }) => url === tokenUrl)).toHaveLength(1)
    await clock.advance(3_550_000)
    await run(reader.account())
    expect(seen.filter(({ url }) => url === tokenUrl)).toHaveLength(2)
  })

  it('renews a token that is refused once, for all who use it', async () => {
    const { reader, run, seen } = withTokens((token) => token !== 'token-1')
    await run(Promise.all(Array.from({ length: 10 }, () => reader.account())))
    expect(seen.filter(({ url }) => url === tokenUrl)).toHaveLength(2)
  })

  it('gives up when the renewed token is refused as well', async () => {
    const { reader, run, seen } = withTokens(() => false)
    await expect(run(reader.account())).rejects.toMatchObject({ kind: 'auth', status: 401 })
    expect(seen.filter(({ url }) => url === tokenUrl)).toHaveLength(2)
  })

  it('goes on with a refresh token that the answer replaced', async () => {
    const { reader, run, seen } = withTokens((token) => token !== 'token-1', {
      refresh_token: 'rotated',
    })
    await run(reader.account())
    const bodies = seen.filter(({ url }) => url === tokenUrl).map(({ body }) => body)
    expect(bodies[1]).toContain('refresh_token=rotated')
  })

  it.each<[string, ScriptedAnswer, string, string]>([
    ['a dead refresh token', json(400, { error: 'invalid_grant' }), 'auth', 'invalid_grant'],
    ['a wrong secret', json(401, { error: 'invalid_client' }), 'auth', 'invalid_client'],
    ['a server error', json(500, {}), 'unavailable', 'HTTP 500'],
    ['a page', { status: 403, headers: {}, body: '<html>' }, 'unavailable', 'HTTP 403'],
    ['no token', json(200, { token_type: 'bearer' }), 'unavailable', 'HTTP 200'],
    ['a timeout', new TransportFailure('timeout', true, 'no answer'), 'unavailable', 'timeout'],
  ])(
    'turns %s into a failure of a request that was not sent',
    async (_what, answer, kind, reason) => {
      const { reader, run, seen } = scriptedPipedrive(() => answer, { oauth })
      await expect(run(reader.account())).rejects.toMatchObject({ kind, reason })
      expect(seen.every(({ url }) => url === tokenUrl)).toBe(true)
    },
  )

  it('quotes nothing of what the token endpoint echoes', async () => {
    const answer = json(400, { error: 'client-secret refresh-me', error_description: 'refresh-me' })
    const { reader, run } = scriptedPipedrive(() => answer, { oauth })
    const failure: unknown = await run(reader.account().catch((error: unknown) => error))
    expect(JSON.stringify([failure, String(failure)])).not.toMatch(/client-secret|refresh-me/)
  })
})

describe('the options', () => {
  const token = { api_token: 'x' }
  it.each<[string, object]>([
    ['no address', token],
    ['two addresses', { ...token, company_domain: 'acme', base_url: 'https://acme.pipedrive.com' }],
    ['a domain that is a path', { ...token, company_domain: 'acme.evil.com/' }],
    ['http to another machine', { ...token, base_url: 'http://crm.example.com' }],
    ['no credential', { company_domain: 'acme' }],
    ['two credentials', { ...token, oauth, company_domain: 'acme' }],
    [
      'tokens sent in the clear',
      { oauth: { ...oauth, login_url: 'http://a.example.com' }, company_domain: 'acme' },
    ],
    ['more than the day', { ...token, company_domain: 'acme', daily_tokens_percent: 101 }],
  ])('refuse %s', (_what, given) => {
    expect(pipedriveOptions.safeParse(given).success).toBe(false)
  })

  it.each<[string, object]>([
    ['a company and its token', { ...token, company_domain: 'acme' }],
    ['a local Pipedrive', { oauth, base_url: 'http://127.0.0.1:4713' }],
  ])('take %s', (_what, given) => {
    expect(pipedriveOptions.safeParse(given).success).toBe(true)
  })
})
