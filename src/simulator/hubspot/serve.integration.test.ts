import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { serveHubSpot } from './serve.ts'
import type { HubSpotServer, ServeOptions } from './serve.ts'

let server: HubSpotServer | null = null

async function open(options: Partial<ServeOptions> = {}): Promise<string> {
  server = await serveHubSpot({ port: 0, ...options })
  return server.url
}

afterEach(async () => {
  await server?.close()
  server = null
})

const headers = { authorization: 'Bearer pat-local' }

async function ask(url: string, method = 'GET', body?: object): Promise<[number, unknown]> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return [response.status, text === '' ? null : JSON.parse(text)]
}

describe('the served local HubSpot', () => {
  it('listens on loopback and takes the token it was given', async () => {
    const url = await open({ token: 'pat-mine' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const mine = { authorization: 'Bearer pat-mine' }
    expect((await fetch(`${url}/crm/v3/objects/contacts`, { headers: mine })).status).toBe(200)
    expect((await ask(`${url}/crm/v3/objects/contacts`))[0]).toBe(401)
  })

  it('refuses to start on a port that is taken', async () => {
    const url = await open()
    await expect(serveHubSpot({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE')
  })

  it('can be seeded, looked into, edited and reset from outside', async () => {
    const url = await open()
    const local = `${url}/_local`
    expect(await ask(`${local}/ready`)).toEqual([200, { ready: true }])
    const records = { contacts: [{ id: '5', properties: { email: 'a@x.com' } }] }
    expect(await ask(`${local}/seed`, 'POST', { records })).toEqual([200, {}])
    expect((await ask(`${url}/crm/v3/objects/contacts/5`))[0]).toBe(200)
    const edit = { kind: 'update', object: 'contacts', id: '5', properties: { city: 'Rome' } }
    expect(await ask(`${local}/edit`, 'POST', edit)).toEqual([200, { id: '5' }])
    const [, log] = await ask(`${local}/log?from=0`)
    expect(log).toMatchObject({
      results: [{ source: 'person', changes: { city: [null, 'Rome'] } }],
    })
    const [, dump] = await ask(`${local}/dump`)
    expect(dump).toMatchObject({
      formatVersion: 1,
      portalId: 62515,
      state: { records: { '0-1': [{ id: '5', properties: { city: 'Rome' } }] } },
      calls: { 'read 0-1': 1 },
    })
    expect((await ask(`${local}/records?object=0-1`))[1]).toMatchObject({ results: [{ id: '5' }] })
    expect((await ask(`${local}/calls`))[1]).toEqual({ 'read 0-1': 1 })
    await ask(`${local}/reset`, 'POST')
    expect((await ask(`${url}/crm/v3/objects/contacts/5`))[0]).toBe(404)
  })

  it('says what is wrong with an action', async () => {
    const url = await open()
    const missing = { kind: 'archive', object: 'contacts', id: '9' }
    expect((await ask(`${url}/_local/edit`, 'POST', missing))[0]).toBe(404)
    const seed = { records: { rockets: [] } }
    expect(await ask(`${url}/_local/seed`, 'POST', seed)).toEqual([
      400,
      { message: 'there is no object rockets' },
    ])
    expect((await ask(`${url}/_local/nothing`))[0]).toBe(404)
    const broken = await fetch(`${url}/_local/seed`, { method: 'POST', body: '{' })
    expect(broken.status).toBe(400)
  })

  it('takes settings by name and by value', async () => {
    const url = await open()
    const [, settings] = await ask(`${url}/_local/settings`, 'POST', {
      limits: 'none',
      searchLagMs: 5,
      faults: { rates: { migrating: 1 } },
    })
    expect(settings).toMatchObject({
      searchLagMs: 5,
      limits: { burst: null, daily: null },
      faults: { rates: { migrating: 1 }, retryAfterSeconds: 3600 },
    })
    expect((await ask(`${url}/crm/v3/objects/contacts`))[0]).toBe(477)
    await ask(`${url}/_local/settings`, 'POST', { limits: 'starter', faults: { rates: {} } })
    const response = await fetch(`${url}/crm/v3/objects/contacts`, { headers })
    expect(response.headers.get('x-hubspot-ratelimit-max')).toBe('100')
  })

  it('resets connections before and after applying', async () => {
    const url = await open()
    const create = () =>
      ask(`${url}/crm/v3/objects/contacts`, 'POST', { properties: { email: 'a@x.com' } })
    await ask(`${url}/_local/faults`, 'POST', { kind: 'drop_before' })
    await expect(create()).rejects.toThrow('fetch failed')
    expect(await ask(`${url}/_local/records?object=0-1`)).toEqual([200, { results: [] }])
    await ask(`${url}/_local/faults`, 'POST', { kind: 'drop_after' })
    await expect(create()).rejects.toThrow('fetch failed')
    expect((await create())[0]).toBe(409)
    const [, events] = await ask(`${url}/_local/faults`)
    expect(events).toMatchObject({
      results: [
        { kind: 'drop_before', operation: 'create', object: '0-1', applied: false },
        { kind: 'drop_after', operation: 'create', object: '0-1', applied: true },
      ],
    })
  })

  it('forgets planned faults when told', async () => {
    const url = await open()
    await ask(`${url}/_local/faults`, 'POST', { kind: 'migrating' })
    await ask(`${url}/_local/faults`, 'DELETE')
    expect((await ask(`${url}/crm/v3/objects/contacts`))[0]).toBe(200)
  })

  it('applies nothing of a request that was cut off', async () => {
    const url = await open()
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    const body = '{"properties":{"email":"a@x.com"}}'
    const head = [
      'POST /crm/v3/objects/contacts HTTP/1.1',
      `host: ${hostname}`,
      `authorization: ${headers.authorization}`,
      `content-length: ${body.length + 1}`,
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
    await once(socket.resume(), 'close')
    expect(await ask(`${url}/_local/records?object=0-1`)).toEqual([200, { results: [] }])
  })
})
