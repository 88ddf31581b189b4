import { createVerify, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { RequestFailure } from '../connector.ts'
import { createBudgetBook } from '../http/budget-book.ts'
import { createScriptedTransport, json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import { TransportFailure } from '../http/transport.ts'
import { salesforce } from './connector.ts'
import {
  client,
  orgId,
  type ScriptedRequest,
  scriptedSalesforce,
  token,
} from './scripted-salesforce.ts'

const over = json(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }])
const resources = json(200, {
  identity: `https://login.salesforce.com/id/${orgId}/005000000000001AAA`,
})
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

/** A connection whose token endpoint is scripted; data requests are answered with the resources. */
function signingIn(
  options: Readonly<Record<string, unknown>>,
  answer: (form: Readonly<Record<string, string>>, before: number) => ScriptedAnswer = (_form, n) =>
    token(n + 1),
  data: (header: string) => ScriptedAnswer = () => resources,
) {
  const clock = createSimulatedClock(1_700_000_000_000)
  const forms: Record<string, string>[] = []
  const transport = createScriptedTransport(async (request) => {
    await clock.sleep(10)
    if (!request.url.endsWith('/services/oauth2/token')) {
      return data(request.headers['authorization'] ?? '')
    }
    const form = Object.fromEntries(new URLSearchParams(request.body ?? ''))
    forms.push(form)
    return answer(form, forms.length - 1)
  })
  const given = { login_url: 'https://acme.my.salesforce.com', ...options }
  const context = { clock, random: () => 0.5, transport, budgets: createBudgetBook(clock) }
  const crm = salesforce.open(salesforce.options.parse(given), context)
  return { crm, forms, transport, clock, run: clock.run }
}

async function failureOf(promise: Promise<unknown>): Promise<RequestFailure> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof RequestFailure) return error
  throw new Error(`no failure but ${String(error)}`)
}

function sessionOf({ headers }: ScriptedRequest): string {
  return headers['authorization'] ?? ''
}

describe('signing in', () => {
  it.each([
    [{ client_credentials: client }, { grant_type: 'client_credentials', ...client }],
    [
      { refresh_token: { client_id: 'app', refresh_token: 'again' } },
      { grant_type: 'refresh_token', client_id: 'app', refresh_token: 'again' },
    ],
    [
      { password: { ...client, username: 'ann@x.com', password: 'word', security_token: 'TOKEN' } },
      { grant_type: 'password', ...client, username: 'ann@x.com', password: 'wordTOKEN' },
    ],
  ])('with %j sends its form', async (options, form) => {
    const { crm, run, forms } = signingIn(options)
    expect(await run(crm.account())).toMatchObject({ id: orgId })
    expect(forms).toEqual([form])
  })

  it.each([
    ['https://login.salesforce.com', 'https://login.salesforce.com'],
    ['https://test.salesforce.com', 'https://test.salesforce.com'],
    ['https://acme.my.salesforce.com', 'https://login.salesforce.com'],
    ['https://acme--uat.sandbox.my.salesforce.com', 'https://test.salesforce.com'],
  ])('at %s with an assertion signs it for %s, for three minutes', async (login_url, audience) => {
    const jwt_bearer = { client_id: 'app', username: 'ann@x.com', private_key: privateKey }
    const { crm, run, forms, transport } = signingIn({ login_url, jwt_bearer })
    await run(crm.account())
    expect(transport.requests[0]?.url).toBe(`${login_url}/services/oauth2/token`)
    const [head = '', claims = '', signature = ''] = (forms[0]?.['assertion'] ?? '').split('.')
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    expect(read(head)).toEqual({ alg: 'RS256' })
    expect(read(claims)).toEqual({
      iss: 'app',
      sub: 'ann@x.com',
      aud: audience,
      exp: 1_700_000_000 + 180,
    })
    const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`)
    expect(verify.verify(publicKey, signature, 'base64url')).toBe(true)
  })

  it('sends data to the instance that the session names, and the token nowhere but in its header', async () => {
    const { crm, run, transport } = signingIn({ client_credentials: client })
    await run(crm.account())
    expect(transport.requests[1]?.url).toBe('https://org.test/services/data/v67.0')
    expect(transport.requests[1]?.headers['authorization']).toBe('Bearer 00D!session-1')
    expect(transport.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('trusts no host with the token that is not reached by https', async () => {
    const plain = (): ScriptedAnswer => token(1, { instance_url: 'http://org.test' })
    const { crm, run, transport } = signingIn({ client_credentials: client }, plain)
    expect(await failureOf(run(crm.account()))).toMatchObject({
      kind: 'auth',
      reason: 'instance_url',
      message: 'Salesforce signed us in to http://org.test, which does not begin with https',
    })
    expect(transport.requests).toHaveLength(1)
    const login_url = 'http://127.0.0.1:4011'
    const away = signingIn({ login_url, client_credentials: client }, plain)
    expect(await failureOf(away.run(away.crm.account()))).toMatchObject({ reason: 'instance_url' })
    const own = (): ScriptedAnswer => token(1, { instance_url: login_url })
    const local = signingIn({ login_url, client_credentials: client }, own)
    expect(await local.run(local.crm.account())).toMatchObject({ id: orgId })
  })

  it('goes on with the refresh token that took the place of the first', async () => {
    const rotating = { refresh_token: { client_id: 'app', refresh_token: 'first' } }
    const { crm, run, forms } = signingIn(
      rotating,
      (_form, n) => token(n + 1, { refresh_token: `rotated-${n + 1}` }),
      (header) => (header.endsWith('session-1') ? over : resources),
    )
    await run(crm.account())
    expect(forms.map((form) => form['refresh_token'])).toEqual(['first', 'rotated-1'])
  })

  it('says which credential is refused and why, without quoting it', async () => {
    const jwt_bearer = { client_id: 'app', username: 'ann@x.com', private_key: privateKey }
    const refused = {
      error: 'invalid_grant',
      error_description: "user hasn't approved this consumer",
    }
    const { crm, run } = signingIn({ jwt_bearer }, () => json(400, refused))
    expect(await failureOf(run(crm.account()))).toMatchObject({
      kind: 'auth',
      reason: 'invalid_grant',
      message: "Salesforce refused to sign in: invalid_grant (user hasn't approved this consumer)",
    })
    const echo = { error: 'invalid_client', error_description: 'no client-secret like this' }
    const echoing = signingIn({ client_credentials: client }, () => json(400, echo))
    expect((await failureOf(echoing.run(echoing.crm.account()))).message).toBe(
      'Salesforce refused to sign in: invalid_client',
    )
  })

  it('with something that is no private key says so, without quoting it', async () => {
    const jwt_bearer = { client_id: 'app', username: 'ann@x.com', private_key: 'not-a-key' }
    const { crm, run } = signingIn({ jwt_bearer })
    const failure = await failureOf(run(crm.account()))
    expect(failure).toMatchObject({ kind: 'auth', reason: 'private_key' })
    expect(failure.message).not.toContain('not-a-key')
  })

  it.each([
    ['a page', { status: 503, headers: {}, body: '<html></html>' }, 'HTTP 503'],
    ['too many sign-ins', json(400, { error: 'rate_limit_exceeded' }), 'rate_limit_exceeded'],
    ['no token', json(200, { instance_url: 'https://org.test' }), 'HTTP 200'],
    ['no instance', json(200, { access_token: '00D!x' }), 'HTTP 200'],
    ['a reset', new TransportFailure('reset', true, 'reset'), 'reset'],
  ])('that meets %s was not sent, and may be tried again', async (_what, given, reason) => {
    const { crm, run } = signingIn({ client_credentials: client }, () => given)
    const failure = await failureOf(run(crm.account()))
    expect(failure).toMatchObject({ kind: 'unavailable', reason })
  })
})

describe('a session', () => {
  it('that ends in the middle is renewed once for all 20 who were refused', async () => {
    let isOver = false
    const opened = scriptedSalesforce((request) =>
      isOver && sessionOf(request).endsWith('session-1') ? over : resources,
    )
    await opened.run(opened.crm.account())
    isOver = true
    const all = Promise.all(Array.from({ length: 20 }, () => opened.crm.account()))
    expect(await opened.run(all)).toHaveLength(20)
    expect(opened.signIns).toHaveLength(2)
    expect(opened.seen).toHaveLength(1 + 20 + 20)
  })

  it('that ends before a write is renewed, and the write sent once more', async () => {
    const id = '001D000000IqhSLIAZ'
    const { crm, run, seen, signIns } = scriptedSalesforce((request) =>
      sessionOf(request).endsWith('session-1')
        ? over
        : json(200, [{ id, success: true, errors: [] }]),
    )
    // The describe, which needs no session here, comes before.
    const inputs = [{ uniqueField: 'Key__c', values: { Key__c: 'A-1' } }]
    const results = await run(crm.create(inputs, { object: 'Account' }))
    expect(results).toMatchObject([{ status: 'written', id }])
    expect(seen).toHaveLength(2)
    expect(signIns).toHaveLength(2)
  })

  it('that is refused again and again ends as a failure, not as a loop', async () => {
    const { crm, run, signIns } = scriptedSalesforce(() => over)
    expect(await failureOf(run(crm.account()))).toMatchObject({ kind: 'auth' })
    expect(signIns).toHaveLength(2)
  })
})

describe('the options', () => {
  it.each([
    ['no way to sign in', {}],
    [
      'two ways',
      { client_credentials: client, refresh_token: { client_id: 'a', refresh_token: 'b' } },
    ],
    [
      'client credentials at a host that all orgs share',
      { login_url: 'https://login.salesforce.com', client_credentials: client },
    ],
    [
      'a host that secrets would be sent to for everyone to read',
      { login_url: 'http://acme.my.salesforce.com', client_credentials: client },
    ],
    ['an unknown version', { client_credentials: client, api_version: 'latest' }],
    ['a client that would break the header', { client_credentials: client, client: 'a, b' }],
  ])('refuse %s', (_what, given) => {
    const login_url = 'https://acme.my.salesforce.com'
    expect(salesforce.options.safeParse({ login_url, ...given }).success).toBe(false)
  })

  it.each(['http://127.0.0.1:4011', 'http://localhost', 'http://[::1]:4011', 'https://acme.test'])(
    'take %s to sign in at',
    (login_url) => {
      const given = { login_url, client_credentials: client }
      expect(salesforce.options.safeParse(given).success).toBe(true)
    },
  )
})
