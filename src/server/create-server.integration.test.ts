import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Desk, Webhook } from '../app/serve/desk.ts'
import { journalErrors } from '../journal/errors.ts'
import { dial, head } from '../../test/server/wire.ts'
import { createServer, type ServerTimes } from './create-server.ts'

const pathSecret = 'a-secret-of-a-path'
const password = 'a-password-of-a-user'
const authorization = `Basic ${Buffer.from(`crm:${password}`).toString('base64')}`
const url = `/webhooks/crm/${pathSecret}`

let received: Webhook[]
let trouble: Error | null
let badSyncs: number
let standing: Awaited<ReturnType<Desk['requireReady']>>
/** Resolves what waits in the journal; null where nothing has to wait. */
let held: PromiseWithResolvers<void> | null
let servers: FastifyInstance[]

beforeEach(() => {
  received = []
  trouble = null
  badSyncs = 0
  standing = { entries: 0, bytes: 0, oldest: null, ageMs: 0, excess: null }
  held = null
  servers = []
})
afterEach(async () => {
  for (const server of servers) server.server.closeAllConnections()
  await Promise.all(servers.map((server) => server.close()))
})

function open(times?: ServerTimes): FastifyInstance {
  const desk: Desk = {
    auth: {
      pathSecret,
      basicAuth: { user: 'crm', password },
      connections: new Set(['crm']),
      signed: new Map(),
    },
    maxBodyBytes: 1000,
    receive: async (webhook) => {
      await held?.promise
      if (trouble !== null) throw trouble
      if (String(webhook.body) === 'no event') return 'refused'
      received.push(webhook)
      return 'kept'
    },
    runs: null,
    badSyncs,
    requireReady: async () => {
      if (trouble !== null) throw trouble
      return standing
    },
  }
  const server = createServer(desk, times)
  servers.push(server)
  return server
}

function post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  return open().inject({ method: 'POST', url, headers: { authorization, ...headers }, body })
}

describe('a webhook with the right secrets', () => {
  test.each([
    ['JSON', Buffer.from('{"meta":{"action":"change"}}')],
    ['what is no JSON', Buffer.from('{"meta":')],
    ['what is no text', Buffer.from([0xff, 0x00, 0xc3])],
    ['a thousand levels', Buffer.from('['.repeat(1000))],
  ])('is kept byte for byte when it is %s', async (_name, body) => {
    const { statusCode } = await post(body, { 'content-type': 'application/json' })
    expect(statusCode).toBe(200)
    expect(received).toMatchObject([{ connection: 'crm', contentType: 'application/json' }])
    expect(Buffer.from(received[0]?.body ?? []).equals(body)).toBe(true)
  })

  test.each(['text/plain', 'application/xml; charset=x', 'application/x-www-form-urlencoded'])(
    'is kept whatever it says of itself: %s',
    async (contentType) => {
      const { statusCode } = await post('a=b', { 'content-type': contentType })
      expect(statusCode).toBe(200)
      expect(received).toMatchObject([{ contentType }])
    },
  )

  test('is kept without a body and without a content type', async () => {
    const { statusCode } = await open().inject({ method: 'POST', url, headers: { authorization } })
    expect(statusCode).toBe(200)
    expect(received).toMatchObject([{ contentType: null, body: new Uint8Array() }])
  })

  test('is refused when it can be no event, and leaves the connection to others', async () => {
    const response = await post('no event')
    expect([response.statusCode, response.json()]).toEqual([400, { error: { code: 'no_event' } }])
    expect([response.headers.connection, received]).toEqual(['keep-alive', []])
  })

  test('is answered only when it is on disk', async () => {
    held = Promise.withResolvers()
    let answered = false
    const response = post('{}').then(({ statusCode }) => {
      answered = true
      return statusCode
    })
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    held.resolve()
    expect(await response).toBe(200)
  })

  test.each([
    ['a full disk', journalErrors.full({ message: 'full' }), 'journal.full'],
    ['a bug', new TypeError('x is not a function'), 'failed'],
  ])('is told to come again after %s', async (_name, error, code) => {
    trouble = error
    const response = await post('{}')
    expect(response.statusCode).toBe(503)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(response.json()).toEqual({ error: { code } })
  })

  test('is refused when it is packed, since nobody would unpack it', async () => {
    expect((await post('{}', { 'content-encoding': 'gzip' })).statusCode).toBe(415)
    expect((await post('{}', { 'content-encoding': 'identity' })).statusCode).toBe(200)
    expect(received).toHaveLength(1)
  })
})

describe('a stranger', () => {
  test.each([
    ['a wrong path', '/webhooks/crm/another-secret', authorization, 404],
    ['no secret in the path', '/webhooks/crm', authorization, 404],
    ['another connection', `/webhooks/other/${pathSecret}`, authorization, 404],
    ['a wrong user', url, 'Basic eDp5', 401],
    ['no user', url, '', 401],
    ['a path of something else', '/webhooks', authorization, 404],
    ['a long path', `/webhooks/crm/${'x'.repeat(5000)}`, authorization, 414],
    ['a path that is none', '/webhooks/%zz/x', authorization, 400],
  ])('with %s is refused and leaves nothing', async (_name, path, header, status) => {
    const headers = header === '' ? {} : { authorization: header }
    const { statusCode } = await open().inject({ method: 'POST', url: path, headers, body: '{}' })
    expect(statusCode).toBe(status)
    expect(received).toEqual([])
  })

  test('learns nothing of the path that was asked for', async () => {
    for (const path of ['/webhooks/crm/guessed-secret', '/guessed-secret']) {
      const { body } = await open().inject({ method: 'POST', url: path, body: '{}' })
      expect(body).not.toContain('guessed')
    }
  })

  test('is refused before the body is read', async () => {
    const socket = await dial(open())
    socket.write(head('/webhooks/crm/another-secret', { 'content-length': '900' }))
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 .*connection: close/s)
  })
})

describe('over the wire', () => {
  test.each([
    ['by its own account', { 'content-length': '1001' }, ''],
    ['in pieces', { 'transfer-encoding': 'chunked' }, `3e9\r\n${'x'.repeat(1001)}\r\n0\r\n\r\n`],
  ])('a body that is too large %s is refused', async (_name, headers, body) => {
    const socket = await dial(open())
    socket.write(head(url, { authorization, ...headers }) + body)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /)
    expect(received).toEqual([])
  })

  test('a body that never comes ends after its time', async () => {
    const socket = await dial(open({ requestMs: 20, lookMs: 10 }))
    socket.write(`${head(url, { authorization, 'content-length': '100' })}{"half":`)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
    expect(received).toEqual([])
  })

  test('a sender that goes away in the middle leaves nothing', async () => {
    const server = open()
    const socket = await dial(server)
    const arrived = once(server.server, 'request')
    socket.write(`${head(url, { authorization, 'content-length': '100' })}{"half":`)
    await arrived
    socket.destroy()
    await server.close()
    expect(received).toEqual([])
  })

  test('closing answers what is in flight and accepts nothing more', async () => {
    held = Promise.withResolvers()
    const server = open()
    const socket = await dial(server)
    const arrived = once(server.server, 'request')
    socket.write(`${head(url, { authorization, 'content-length': '2' })}{}`)
    await arrived
    const { port } = server.server.address() as AddressInfo
    const closing = server.close()
    held.resolve()
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /)
    await closing
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
    expect(received).toHaveLength(1)
  })
})

describe('health', () => {
  test('is told without a secret, readiness by what is behind', async () => {
    const server = open()
    const status = async (path: string) => (await server.inject(path)).statusCode
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200])
    trouble = journalErrors.unreachable({ message: 'secret-host does not answer' })
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503])
    expect((await server.inject('/readyz')).body).not.toContain('secret-host')
  })

  test('tells what waits, and ends where that is too much', async () => {
    const server = open()
    standing = { entries: 3, bytes: 700, oldest: 1_000, ageMs: 61_500, excess: null }
    const waiting = { entries: 3, bytes: 700, seconds: 61 }
    const fine = await server.inject('/readyz')
    expect([fine.statusCode, fine.json()]).toEqual([200, { status: 'ok', bad_syncs: 0, waiting }])
    standing = { ...standing, excess: 'age' }
    const late = await server.inject('/readyz')
    expect([late.statusCode, late.json()]).toEqual([
      503,
      { status: 'journal_waits', bad_syncs: 0, waiting },
    ])
    expect((await server.inject('/healthz')).statusCode).toBe(200)
  })

  test('is no readiness where a sync has configuration errors, and is health all the same', async () => {
    badSyncs = 2
    const server = open()
    const bad = await server.inject('/readyz')
    expect([bad.statusCode, bad.json()]).toMatchObject([503, { status: 'bad_sync', bad_syncs: 2 }])
    expect((await server.inject('/healthz')).statusCode).toBe(200)
  })
})
