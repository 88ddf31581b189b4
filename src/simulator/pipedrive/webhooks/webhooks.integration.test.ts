import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localToken } from '../pipedrive.ts'
import { noLimits } from '../request/rate-limits.ts'
import { type PipedriveServer, type ServeOptions, servePipedrive } from '../serve.ts'
import type { Payload } from './webhook-payload.ts'

interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly payload: Payload
}

let receiver: Server
let received: Received[]
let answer: (response: ServerResponse) => void
let crm: PipedriveServer | null

beforeEach(async () => {
  received = []
  crm = null
  answer = (response) => response.writeHead(200).end()
  receiver = createServer((request, response) => void receive(request, response))
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  await crm?.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request
  const payload: Payload = JSON.parse((await request.toArray()).join(''))
  received.push({ method, url, authorization: headers.authorization, payload })
  answer(response)
}

function receiverUrl(path = '/hooks/secret'): string {
  const address = receiver.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://127.0.0.1:${port}${path}`
}

async function open(options: Partial<ServeOptions> = {}): Promise<PipedriveServer> {
  crm = await servePipedrive({ port: 0, limits: noLimits, ...options })
  await ask('POST', '/api/v1/webhooks', {
    subscription_url: receiverUrl(),
    event_action: '*',
    event_object: '*',
    name: 'sync',
    http_auth_user: 'syncline',
    http_auth_password: 'pass',
  })
  return crm
}

async function ask(method: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${crm?.url ?? ''}${path}`, {
    method,
    headers: { 'x-api-token': localToken, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json()
}

const addPerson = (name: string) => ask('POST', '/api/v2/persons', { name })
const attempts = () => received.map(({ payload }) => payload.meta.attempt)

describe('webhooks over HTTP', () => {
  it('come as POST with Basic auth to the path that was given', async () => {
    const server = await open()
    await addPerson('Ann')
    await server.delivered()
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/hooks/secret',
        authorization: `Basic ${Buffer.from('syncline:pass').toString('base64')}`,
        payload: { meta: { action: 'create', entity: 'person' }, data: { name: 'Ann' } },
      },
    ])
  })

  it('come again when the clock has been moved to their time', async () => {
    const server = await open()
    answer = (response) => response.writeHead(503).end()
    await addPerson('Ann')
    await server.delivered()
    for (const ms of [3000, 30_000, 150_000, 86_400_000]) {
      await ask('POST', '/_local/advance', { ms })
      await server.delivered()
    }
    expect(attempts()).toEqual([1, 2, 3, 4])
    const { results } = (await (await fetch(`${server.url}/_local/events`)).json()) as {
      results: unknown[]
    }
    expect(results).toMatchObject([{ fate: 'given_up', attempts: [{ status: 503 }, {}, {}, {}] }])
  })

  it('follow no redirect', async () => {
    const server = await open()
    answer = (response) => response.writeHead(302, { location: receiverUrl('/elsewhere') }).end()
    await addPerson('Ann')
    await server.delivered()
    expect(received.map(({ url }) => url)).toEqual(['/hooks/secret'])
    expect(server.simulator.webhooks()).toMatchObject([{ lastStatus: 302, failures: 1 }])
  })

  it('fail when the receiver takes too long, or is not there', async () => {
    expect((await open()).simulator.settings().deliveries.timeoutMs).toBe(10_000)
    await ask('POST', '/_local/settings', { deliveries: { timeoutMs: 1 } })
    answer = () => undefined
    await addPerson('Ann')
    await crm?.delivered()
    expect(crm?.simulator.webhooks()).toMatchObject([{ lastStatus: null, failures: 1 }])
    receiver.closeAllConnections()
    await new Promise((resolve) => receiver.close(resolve))
    await addPerson('Bo')
    await crm?.delivered()
    expect(crm?.simulator.webhooks()).toMatchObject([{ failures: 2 }])
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  })

  it('can be lost for certain, from another process, too', async () => {
    const server = await open()
    await ask('POST', '/_local/misfortune', { kind: 'lost' })
    await addPerson('Ann')
    await addPerson('Bo')
    await server.delivered()
    expect(received).toMatchObject([{ payload: { data: { name: 'Bo' } } }])
    const counts = await (await fetch(`${server.url}/_local/deliveries`)).json()
    expect(counts).toEqual({ waiting: 0, inFlight: 0 })
    const hooks = await (await fetch(`${server.url}/_local/webhooks`)).json()
    expect(hooks).toMatchObject({ results: [{ id: '1', name: 'sync' }] })
  })
})

describe('many webhooks at once', () => {
  it('go out some at a time, each once, as those before are answered', async () => {
    const server = await open()
    let underWay = 0
    let most = 0
    answer = (response) => {
      underWay += 1
      most = Math.max(most, underWay)
      setImmediate(() => {
        underWay -= 1
        response.writeHead(200).end()
      })
    }
    const values = { name: 'P' }
    for (let made = 0; made < 200; made += 1) {
      server.simulator.edit({ kind: 'create', object: 'person', values })
    }
    await server.delivered()
    const ids = received.map(({ payload }) => payload.meta.entity_id)
    expect(new Set(ids).size).toBe(200)
    expect(ids).toHaveLength(200)
    expect(most).toBeLessThanOrEqual(64)
    expect(server.simulator.deliveryCounts()).toEqual({ waiting: 0, inFlight: 0 })
  })
})
