import { describe, expect, it } from 'vitest'
import { RequestFailure } from '../connector.ts'
import type { Budget } from './budget.ts'
import { createCallLog } from './calls.ts'
import { bearer } from './credential.ts'
import { latencyPercentile } from './latencies.ts'
import { ApiClient, type ApiRequest, type Authorizer, readAttempts } from './client.ts'
import { createRollingWindow } from './rolling-window.ts'
import { createScriptedTransport, json, type ScriptedAnswer } from './scripted-transport.ts'
import { createSimulatedClock } from './simulated-clock.ts'
import { TransportFailure } from './transport.ts'

const ok = json(200, { fine: true })
const throttled = json(429, {})
const broken = json(500, { message: 'token secret-token is echoed' })
const expired = json(401, { expired: true })

/** A dialect of its own: the chain must not know any vendor's. */
function setUp(script: readonly ScriptedAnswer[], auth?: Partial<Authorizer>) {
  const clock = createSimulatedClock()
  const calls = createCallLog()
  const transport = createScriptedTransport(async (_request, before) => {
    await clock.sleep(40)
    return script[Math.min(before, script.length - 1)] ?? ok
  })
  const client = new ApiClient({
    baseUrl: 'http://crm.test',
    timeoutMs: 1_000,
    transport,
    clock,
    calls,
    random: () => 0.5,
    auth: {
      credential: () => Promise.resolve(bearer('secret-token')),
      renew: () => Promise.resolve(null),
      ...auth,
    },
    dialect: {
      expired: (response) => response.status === 401 && response.body.includes('expired'),
      classify: ({ status, body }) => {
        if (status < 300) return null
        const kind = status === 429 ? 'throttled' : status === 401 ? 'auth' : 'unknown'
        const retryAfterMs = status === 429 ? 2_000 : null
        return new RequestFailure({ kind, status, message: body, retryAfterMs })
      },
      window: ({ headers }) =>
        headers['left'] === undefined
          ? {}
          : { max: Number(headers['max']), remaining: Number(headers['left']) },
    },
  })
  const budget = createRollingWindow({ max: 10, windowMs: 1_000 }, clock)
  const call = (more: Partial<ApiRequest<string>> = {}): Promise<string | RequestFailure> =>
    clock.run(
      client
        .call({
          method: 'GET',
          path: '/things/1',
          endpoint: 'GET /things/{id}',
          effect: 'read',
          budgets: [budget],
          corrected: budget,
          parse: (response) => response.body,
          ...more,
        })
        .catch((error: unknown) => {
          if (error instanceof RequestFailure) return error
          throw error
        }),
    )
  return { call, clock, calls, transport, budget, client }
}

function failure(reason: TransportFailure['reason'], sent: boolean): TransportFailure {
  return new TransportFailure(reason, sent, 'crm.test: it went wrong')
}

describe('http client', () => {
  it('adds the credential and sends JSON', async () => {
    const { call, transport } = setUp([ok])
    await call({ method: 'POST', path: '/things?x=1', body: { a: null } })
    expect(transport.requests[0]).toMatchObject({
      method: 'POST',
      url: 'http://crm.test/things?x=1',
      body: '{"a":null}',
      timeoutMs: 1_000,
      headers: { authorization: 'Bearer secret-token', 'content-type': 'application/json' },
    })
  })

  for (const answer of [throttled, broken, failure('refused', false), failure('timeout', true)]) {
    const name = answer instanceof TransportFailure ? answer.reason : `status ${answer.status}`
    it(`repeats a read after ${name}`, async () => {
      const { call, transport } = setUp([answer, ok])
      expect(await call()).toBe(ok.body)
      expect(transport.requests).toHaveLength(2)
    })

    it(`never repeats a write after ${name}`, async () => {
      const { call, transport } = setUp([answer, ok])
      expect(await call({ effect: 'write' })).toBeInstanceOf(RequestFailure)
      expect(transport.requests).toHaveLength(1)
    })
  }

  it('repeats a read whose answer can’t be read', async () => {
    const { call, transport } = setUp([ok])
    let seen = 0
    const parse = (): string => {
      seen += 1
      if (seen < 3) throw new RequestFailure({ kind: 'unknown', message: 'garbage' })
      return 'third'
    }
    expect(await call({ parse })).toBe('third')
    expect(transport.requests).toHaveLength(3)
  })

  it('gives up a read after a bounded number of attempts, backing off between them', async () => {
    const { call, clock, transport } = setUp([broken])
    expect(await call()).toMatchObject({ kind: 'unknown', status: 500 })
    expect(transport.requests).toHaveLength(readAttempts)
    expect(clock.monotonic()).toBe(4 * 40 + 375 + 750 + 1_500)
  })

  it('waits at least as long as it was told before it repeats a read', async () => {
    const { call, clock } = setUp([throttled, ok])
    await call()
    expect(clock.monotonic()).toBeGreaterThanOrEqual(40 + 2_000 + 40)
  })

  it('pauses the budget when throttled, for writes too', async () => {
    const { call, clock, budget } = setUp([throttled])
    await call({ effect: 'write' })
    const granted = budget.acquire().then(() => clock.monotonic())
    expect(await clock.run(granted)).toBe(2_040)
  })

  it.each([
    ['refused', false, 'unavailable'],
    ['unresolved', false, 'unavailable'],
    ['tls', false, 'unavailable'],
    ['timeout', false, 'unavailable'],
    ['timeout', true, 'unknown'],
    ['reset', true, 'unknown'],
    ['aborted', true, 'unknown'],
  ] as const)('calls a %s with sent=%s %s', async (reason, sent, kind) => {
    const { call } = setUp([failure(reason, sent)])
    expect(await call({ effect: 'write' })).toMatchObject({ kind, reason, status: null })
  })

  it('renews an expired credential once and sends again, a write too', async () => {
    let current = bearer('old')
    const { call, transport } = setUp([expired, ok], {
      credential: () => Promise.resolve(current),
      renew: () => {
        current = bearer('new')
        return Promise.resolve(current)
      },
    })
    expect(await call({ effect: 'write' })).toBe(ok.body)
    const sent = transport.requests.map((request) => request.headers['authorization'])
    expect(sent).toEqual(['Bearer old', 'Bearer new'])
  })

  it('sends a credential in the header that it names, and hides it from the failure', async () => {
    const credential = { header: 'x-api-token', value: 'secret-token' }
    const { call, transport } = setUp([broken], { credential: () => Promise.resolve(credential) })
    expect(await call({ effect: 'write' })).toMatchObject({
      message: JSON.stringify({ message: 'token *** is echoed' }),
    })
    expect(transport.requests[0]?.headers).toMatchObject({ 'x-api-token': 'secret-token' })
    expect(transport.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('tells how long the answer took, without the wait for the budget', async () => {
    const { call, budget } = setUp([ok])
    const slots = await Promise.all(Array.from({ length: 10 }, () => budget.acquire()))
    for (const slot of slots) slot.done()
    expect(await call({ parse: ({ tookMs }) => String(tookMs) })).toBe('40')
  })

  it('fails when the renewed credential is called expired as well', async () => {
    const { call, transport } = setUp([expired], { renew: () => Promise.resolve(bearer('new')) })
    expect(await call()).toMatchObject({ kind: 'auth' })
    expect(transport.requests).toHaveLength(2)
  })

  it('takes a slot for every request, also for the one after a renewal', async () => {
    const { call, clock, budget } = setUp([expired, ok], {
      renew: () => Promise.resolve(bearer('y')),
    })
    budget.correct(2)
    await call()
    const third = budget.acquire().then(() => clock.monotonic())
    expect(await clock.run(third)).toBeGreaterThanOrEqual(1_000)
  })

  it('takes a slot of every budget it counts against', async () => {
    const { call, clock } = setUp([ok])
    const narrow = createRollingWindow({ max: 1, windowMs: 5_000 }, clock)
    await call({ budgets: [narrow] })
    await call({ budgets: [narrow] })
    expect(clock.monotonic()).toBe(40 + 5_000 + 40)
  })

  it('corrects only the budget that the headers speak of', async () => {
    const seen: string[] = []
    const spy = (name: string): Budget => ({
      acquire: () =>
        Promise.resolve({ done: (remaining) => seen.push(`${name} done ${remaining}`) }),
      correct: () => {},
      resize: (max) => seen.push(`${name} resize ${max}`),
      pause: () => {},
    })
    const [wide, narrow] = [spy('wide'), spy('narrow')]
    const { call } = setUp([json(200, {}, { max: '190', left: '12' })])
    await call({ budgets: [narrow, wide], corrected: wide })
    expect(seen).toEqual(['narrow done undefined', 'wide resize 190', 'wide done 12'])
  })

  it('calls beforeSend after the wait for the budget, right before each request leaves', async () => {
    const { call, clock, budget, transport } = setUp([expired, ok], {
      renew: () => Promise.resolve(bearer('new')),
    })
    budget.pause(700)
    const seen: string[] = []
    const beforeSend = (): void => {
      seen.push(`${clock.monotonic()} after ${transport.requests.length}`)
    }
    await call({ effect: 'write', beforeSend })
    expect(seen).toEqual(['700 after 0', '740 after 1'])
  })

  it('sends nothing when beforeSend throws, and passes it on', async () => {
    const { call, transport } = setUp([ok])
    const beforeSend = (): never => {
      throw new Error('lease lost')
    }
    await expect(call({ effect: 'write', beforeSend })).rejects.toThrow('lease lost')
    expect(transport.requests).toHaveLength(0)
  })

  it('calls an abort during the wait unavailable, because nothing was sent', async () => {
    const { client, budget, transport, clock } = setUp([ok])
    budget.pause(60_000)
    const stop = new AbortController()
    const calling = client.call({
      method: 'POST',
      path: '/',
      endpoint: 'POST /',
      effect: 'write',
      budgets: [budget],
      signal: stop.signal,
      parse: () => null,
    })
    const outcome = calling.catch((error: unknown) => error)
    await clock.advance(10)
    stop.abort()
    expect(await outcome).toMatchObject({ kind: 'unavailable', reason: 'aborted' })
    expect(transport.requests).toHaveLength(0)
  })

  it('never puts the credential into a failure', async () => {
    const { call } = setUp([broken])
    const failed = await call({ effect: 'write' })
    if (!(failed instanceof RequestFailure)) throw new Error('it did not fail')
    expect(failed.message).toContain('token *** is echoed')
    expect(JSON.stringify([failed, failed.stack, failed.cause])).not.toContain('secret-token')
  })

  it('lets parse see the statuses that the request accepts', async () => {
    const { call } = setUp([json(404, {})])
    const parse = ({ status }: { status: number }): string => `seen ${status}`
    expect(await call({ accepts: [404], parse })).toBe('seen 404')
  })

  it('counts calls, failures, bytes, latency and waits by endpoint', async () => {
    const { call, calls, budget } = setUp([broken, ok])
    budget.pause(100)
    await call({ method: 'POST', body: 'ü' })
    const [{ latencies, ...counts } = { latencies: null }, ...others] = calls.list()
    expect(others).toEqual([])
    expect(counts).toEqual({
      endpoint: 'GET /things/{id}',
      calls: 2,
      failed: 1,
      bytesSent: 2 * 4,
      bytesReceived: broken.body.length + ok.body.length,
      waitedMs: 100,
    })
    expect(latencies === null ? null : latencyPercentile(latencies, 0.5)).toBe(40)
  })
})
