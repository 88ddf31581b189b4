import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { localToken } from './pipedrive.ts'
import { type PipedriveServer, type ServeOptions, servePipedrive } from './serve.ts'

let server: PipedriveServer | null = null

async function open(options: Partial<ServeOptions> = {}): Promise<string> {
  server = await servePipedrive({ port: 0, ...options })
  return server.url
}

afterEach(async () => {
  await server?.close()
  server = null
})

async function ask(url: string, method = 'GET', body?: object): Promise<[number, unknown]> {
  const response = await fetch(url, {
    method,
    headers: { 'x-api-token': localToken, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return [response.status, text === '' ? null : JSON.parse(text)]
}

describe('the served local Pipedrive', () => {
  it('listens on loopback and takes the token it was given', async () => {
    const url = await open({ token: 'mine' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const mine = { 'x-api-token': 'mine' }
    expect((await fetch(`${url}/api/v2/deals`, { headers: mine })).status).toBe(200)
    expect((await ask(`${url}/api/v2/deals`))[0]).toBe(401)
  })

  it('refuses to start on a port that is taken', async () => {
    const url = await open()
    await expect(servePipedrive({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE')
  })

  it('can be seeded, looked into, edited and reset from outside', async () => {
    const url = await open()
    const local = `${url}/_local`
    const records = { persons: [{ id: '5', values: { name: 'Ann' } }] }
    expect(await ask(`${local}/seed`, 'POST', { records })).toEqual([200, {}])
    const edit = { kind: 'update', object: 'persons', id: '5', values: { name: 'Bo' } }
    expect(await ask(`${local}/edit`, 'POST', edit)).toEqual([200, { id: '5' }])
    expect((await ask(`${local}/log?from=0`))[1]).toMatchObject({
      results: [{ source: 'person', changes: { name: ['Ann', 'Bo'] }, after: { id: '5' } }],
    })
    expect((await ask(`${url}/api/v2/persons/5`))[0]).toBe(200)
    expect((await ask(`${local}/dump`))[1]).toMatchObject({
      formatVersion: 1,
      companyId: 7_654_321,
      state: { records: { person: [{ id: '5', values: { name: 'Bo' } }] } },
      calls: { 'read person': 1 },
    })
    await ask(`${local}/reset`, 'POST')
    expect((await ask(`${url}/api/v2/persons/5`))[0]).toBe(404)
  })

  it('has a clock that can be moved, and codes for apps', async () => {
    const url = await open()
    const app = { clientId: 'a', clientSecret: 's', redirectUri: 'https://x.com', scopes: [] }
    await ask(`${url}/_local/seed`, 'POST', { apps: [app] })
    const [, { now: before }] = (await ask(`${url}/_local/time`)) as [number, { now: number }]
    const [, { now }] = (await ask(`${url}/_local/advance`, 'POST', { ms: 60_000 })) as [
      number,
      { now: number },
    ]
    expect(now - before).toBeGreaterThanOrEqual(60_000)
    const code = await ask(`${url}/_local/code`, 'POST', { clientId: 'a' })
    expect(code).toMatchObject([200, { code: expect.any(String) }])
    expect((await ask(`${url}/_local/code`, 'POST', { clientId: 'b' }))[0]).toBe(400)
  })

  it('says what is wrong with an action', async () => {
    const url = await open()
    const missing = { kind: 'delete', object: 'persons', id: '9' }
    expect((await ask(`${url}/_local/edit`, 'POST', missing))[0]).toBe(404)
    const seed = { records: { rockets: [] } }
    expect(await ask(`${url}/_local/seed`, 'POST', { ...seed })).toEqual([200, {}])
    const rocket = { records: { rockets: [{ values: {} }] } }
    expect(await ask(`${url}/_local/seed`, 'POST', rocket)).toEqual([
      400,
      { message: 'there is no object rockets' },
    ])
    expect((await ask(`${url}/_local/nothing`))[0]).toBe(404)
  })

  it('takes settings by name and by value', async () => {
    const url = await open()
    const [, settings] = await ask(`${url}/_local/settings`, 'POST', {
      limits: 'lite',
      faults: { rates: { blocked: 1 } },
      deliveries: { rates: { lost: 0.5 } },
    })
    expect(settings).toMatchObject({
      limits: { dailyTokens: 30_000, burst: 20 },
      faults: { rates: { blocked: 1 } },
      deliveries: { rates: { lost: 0.5 }, timeoutMs: 10_000 },
    })
    await ask(`${url}/_local/settings`, 'POST', { limits: 'none', faults: { rates: {} } })
    const [, lifted] = await ask(`${url}/_local/settings`)
    expect(lifted).toMatchObject({ limits: { burst: null } })
  })

  it('resets connections before and after applying', async () => {
    const url = await open()
    const create = () => ask(`${url}/api/v2/persons`, 'POST', { name: 'Ann' })
    const count = async () => {
      const [, body] = await ask(`${url}/_local/records?object=person`)
      return (body as { results: unknown[] }).results.length
    }
    await ask(`${url}/_local/faults`, 'POST', { kind: 'drop_before' })
    await expect(create()).rejects.toThrow('fetch failed')
    expect(await count()).toBe(0)
    await ask(`${url}/_local/faults`, 'POST', { kind: 'drop_after' })
    await expect(create()).rejects.toThrow('fetch failed')
    expect(await count()).toBe(1)
    // A repeated request makes another one: nothing tells Pipedrive that it is the same.
    expect((await create())[0]).toBe(200)
    expect(await count()).toBe(2)
  })

  it('applies nothing of a request that was cut off', async () => {
    const url = await open()
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    const body = '{"name":"Ann"}'
    const head = [
      'POST /api/v2/persons HTTP/1.1',
      `host: ${hostname}`,
      `x-api-token: ${localToken}`,
      `content-length: ${body.length + 1}`,
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
    await once(socket.resume(), 'close')
    expect(await ask(`${url}/_local/records?object=person`)).toEqual([200, { results: [] }])
  })
})
