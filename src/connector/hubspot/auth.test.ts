import { describe, expect, it } from 'vitest'
import { RequestFailure } from '../connector.ts'
import { json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { TransportFailure } from '../http/transport.ts'
import { type ScriptedRequest, scriptedHubSpot } from './scripted-hubspot.ts'

const oauth = { client_id: 'app', client_secret: 'client-secret', refresh_token: 'refresh-me' }
const read = { object: 'contacts', fields: ['email'] }
const expired = json(401, { category: 'EXPIRED_AUTHENTICATION', message: 'expired' })

/** Hands out numbered tokens that live for `seconds`; `accepts` decides on each request's token. */
function withTokens(seconds: number, accepts: (token: string) => boolean) {
  let issued = 0
  const refreshes: ScriptedRequest[] = []
  const opened = scriptedHubSpot(
    (request) => {
      if (request.path === '/oauth/v3/token') {
        issued += 1
        refreshes.push(request)
        return json(200, { access_token: `token-${issued}`, expires_in: seconds })
      }
      const token = request.headers['authorization']?.replace('Bearer ', '') ?? ''
      if (!accepts(token)) return expired
      const results = request.body.inputs.map(({ id }) => ({ id, properties: {} }))
      return json(200, { results })
    },
    { oauth },
  )
  return { ...opened, refreshes }
}

describe('OAuth', () => {
  it('asks for a token once, in the body only, and uses it until shortly before its time', async () => {
    const { crm, run, clock, refreshes, transport } = withTokens(1_800, () => true)
    for (let i = 0; i < 3; i++) await run(crm.readById([`${i}`], read))
    expect(refreshes).toHaveLength(1)
    const request = transport.requests[0]
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(Object.fromEntries(new URLSearchParams(request?.body ?? ''))).toEqual({
      grant_type: 'refresh_token',
      ...oauth,
    })
    await clock.advance(1_745_000)
    await run(crm.readById(['4'], read))
    expect(refreshes).toHaveLength(2)
  })

  it('renews an expired token once for all who were refused', async () => {
    const { crm, run, refreshes } = withTokens(1_800, (token) => token !== 'token-1')
    const ids = Array.from({ length: 10 }, (_, at) => `${at}`)
    const reads = await run(Promise.all(ids.map((id) => crm.readById([id], read))))
    expect(reads.map((found) => found.size)).toEqual(ids.map(() => 1))
    expect(refreshes).toHaveLength(2)
  })

  it('does not renew again for a refusal that arrives after the renewal', async () => {
    const { crm, run, clock, refreshes } = withTokens(1_800, (token) => token !== 'token-1')
    // Each answer takes 10 ms: token at 10, refusal at 20, renewed at 30; the second read leaves at 25.
    const first = crm.readById(['1'], read)
    await clock.advance(25)
    const second = crm.readById(['2'], read)
    const found = await run(Promise.all([first, second]))
    expect(found.map(({ size }) => size)).toEqual([1, 1])
    expect(refreshes).toHaveLength(2)
  })

  it('gives up when the renewed token is refused as well', async () => {
    const { crm, run, refreshes } = withTokens(1_800, () => false)
    await expect(run(crm.readById(['1'], read))).rejects.toMatchObject({ kind: 'auth' })
    expect(refreshes).toHaveLength(2)
  })

  it.each<[string, ScriptedAnswer, string]>([
    ['a bad refresh token', json(400, { status: 'BAD_REFRESH_TOKEN', message: 'm' }), 'auth'],
    ['an invalid grant', json(400, { error: 'invalid_grant' }), 'auth'],
    ['a server error', json(500, {}), 'unavailable'],
    ['a page', { status: 200, headers: {}, body: '<html>' }, 'unavailable'],
    ['no token', json(200, { token_type: 'bearer' }), 'unavailable'],
    ['a timeout', new TransportFailure('timeout', true, 'no answer'), 'unavailable'],
  ])('turns %s into a failure of a request that was not sent', async (_what, answer, kind) => {
    const { crm, run, seen } = scriptedHubSpot(() => answer, { oauth })
    const writing = crm.update([{ id: '1', values: { phone: '1' } }], { object: 'contacts' })
    await expect(run(writing)).rejects.toMatchObject({ kind })
    expect(seen.map((request) => request.path)).toEqual(['/oauth/v3/token'])
  })

  it.each([
    [423, {}, 2_000],
    [429, {}, 10_000],
    [477, { 'retry-after': '3600' }, 3_600_000],
  ])(
    'says after a %i how long the token endpoint wants to be left alone',
    async (status, headers, wait) => {
      const { crm, run } = scriptedHubSpot(() => ({ status, headers, body: '' }), { oauth })
      const updating = crm.update([{ id: '1', values: { phone: '1' } }], { object: 'contacts' })
      await expect(run(updating)).rejects.toMatchObject({
        kind: 'unavailable',
        retryAfterMs: wait,
      })
    },
  )

  it('never quotes a secret, whatever the token endpoint echoes', async () => {
    const body = JSON.stringify({ error: 'invalid_grant', error_description: Object.values(oauth) })
    const { crm, run } = scriptedHubSpot(() => ({ status: 400, headers: {}, body }), { oauth })
    const failure = await run(crm.readById(['1'], read).catch((error: unknown) => error))
    if (!(failure instanceof RequestFailure)) throw new Error('it did not fail')
    const shown = JSON.stringify([failure, failure.message, failure.cause])
    expect(shown).not.toMatch(/client-secret|refresh-me/)
  })
})

describe('private app token', () => {
  it('is not renewed when it is called expired', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => expired)
    await expect(run(crm.readById(['1'], read))).rejects.toMatchObject({ kind: 'auth' })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.headers['authorization']).toBe('Bearer pat-test-token')
  })
})
