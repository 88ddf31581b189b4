/** What no decent sender writes: each is answered by a refusal, keeps nothing, and takes nobody else's turn. */
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dial, head } from '../../test/server/wire.ts'
import { createServer } from './create-server.ts'

const pathSecret = 'a-secret-of-a-path'
const url = `/webhooks/crm/${pathSecret}`
const two = { 'content-length': '2' }
const chunked = { 'transfer-encoding': 'chunked' }
const last = { ...two, connection: 'close' }

let server: FastifyInstance
let kept: string[]

beforeEach(() => {
  kept = []
  const desk = {
    auth: { pathSecret, basicAuth: null, connections: new Set(['crm']), signed: new Map() },
    maxBodyBytes: 1000,
    receive: ({ body }: { readonly body: Uint8Array }) => {
      kept.push(Buffer.from(body).toString())
      return Promise.resolve('kept' as const)
    },
    runs: null,
    badSyncs: 0,
    requireReady: async () => ({ entries: 0, bytes: 0, oldest: null, ageMs: 0, excess: null }),
  }
  server = createServer(desk, { requestMs: 300, lookMs: 20 })
})
afterEach(async () => {
  server.server.closeAllConnections()
  await server.close()
})

async function say(bytes: string | Buffer): Promise<readonly number[]> {
  const socket = await dial(server)
  socket.write(bytes)
  return heard(socket)
}

/** The statuses of what is answered until the connection ends. */
async function heard(socket: Socket): Promise<readonly number[]> {
  let answers = ''
  socket.on('data', (bytes) => {
    answers += String(bytes)
  })
  // Who goes on writing to a side that closed is told so, and that is no failure here.
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}

function plain(...headers: readonly string[]): string {
  return `POST ${url} HTTP/1.1\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n`
}

const flood = Array.from({ length: 2_500 }, () => 'a: 1')

describe('a request is refused and leaves nothing', () => {
  test.each<[string, string, number]>([
    ['both lengths', `${head(url, { ...two, ...chunked })}2\r\n{}\r\n0\r\n\r\n`, 400],
    ['two lengths', `${plain('host: x', 'content-length: 2', 'content-length: 3')}{}`, 400],
    ['a negative length', `${head(url, { 'content-length': '-2' })}{}`, 400],
    ['a length that is no decimal', `${head(url, { 'content-length': '0x2' })}{}`, 400],
    ['a blank before its colon', `${plain('host: x', 'content-length : 2')}{}`, 400],
    ['a header of two lines', `${plain('host: x', 'a: 1\r\n 2', 'content-length: 2')}{}`, 400],
    ['a header with a null', `${plain('host: x', 'a: \0', 'content-length: 2')}{}`, 400],
    ['no host', `${plain('content-length: 2')}{}`, 400],
    ['lines that end with a line feed', `${plain('host: x')}{}`.replaceAll('\r', ''), 400],
    ['a chunk of no size', `${head(url, chunked)}zz\r\n{}\r\n0\r\n\r\n`, 400],
    ['a chunk beyond counting', `${head(url, chunked)}${'f'.repeat(20)}\r\n{}\r\n`, 400],
    ['a chunk that explains itself', `${head(url, chunked)}2;${'x'.repeat(20_000)}\r\n`, 400],
    ['trailers without end', `${head(url, chunked)}0\r\na: ${'x'.repeat(30_000)}\r\n`, 431],
    ['a large header', head(url, { a: 'x'.repeat(20_000) }), 431],
    ['a flood of headers', plain('host: x', ...flood), 431],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['an unknown version', head(url, two).replace('1.1', '9.9'), 400],
    ['an unknown method', `${head(url, two, 'FETCH')}{}`, 400],
  ])('with %s', async (_name, bytes, status) => {
    expect(await say(bytes)).toEqual([status])
    expect(kept).toEqual([])
  })

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'with the method %s',
    async (method) => {
      expect(await say(`${head(url, two, method)}{}`)).toEqual([404])
      expect(kept).toEqual([])
    },
  )

  test('with the method CONNECT, without an answer', async () => {
    expect(await say(head(url, two, 'CONNECT'))).toEqual([])
    expect(kept).toEqual([])
  })

  test.each([
    ['a slash behind it', `${url}/`],
    ['two slashes before it', `/${url}`],
    ['another case', url.replace('webhooks', 'Webhooks')],
    ['the connection in another case', url.replace('crm', 'CRM')],
    ['dots', `/webhooks/crm/x/../${pathSecret}`],
    ['dots as escapes', `/webhooks/crm/%2e%2e/crm/${pathSecret}`],
    ['a slash as an escape', `/webhooks/crm%2f${pathSecret}`],
    ['an escape of an escape', `/webhooks/crm/%2561${pathSecret.slice(1)}`],
    ['a null behind it', `${url}%00`],
    ['a parameter in it', `${url};a=1`],
    ['no path', '*'],
  ])('with %s in its path', async (_name, path) => {
    expect(await say(`${head(path, two)}{}`)).toEqual([404])
    expect(kept).toEqual([])
  })

  test.each([
    ['content-encoding', 'gzip'],
    ['content-encoding', 'identity, gzip'],
    ['content-encoding', 'br'],
    ['transfer-encoding', 'gzip, chunked'],
  ])('packed, with %s: %s, before any of it is unpacked', async (name, value) => {
    const bomb = gzipSync(Buffer.alloc(500_000))
    const start = Buffer.from(head(url, { ...chunked, [name]: value }))
    const size = Buffer.from(`${bomb.length.toString(16)}\r\n`)
    const end = Buffer.from('\r\n0\r\n\r\n')
    expect(await say(Buffer.concat([start, size, bomb, end]))).toEqual([415])
    expect(kept).toEqual([])
  })
})

describe('requests one behind the other on a connection', () => {
  test('are answered in their order, each once', async () => {
    const first = head(url, two)
    const all = `${first}11${first}22${head(url, last)}33`
    expect(await say(all)).toEqual([200, 200, 200])
    expect(kept).toEqual(['11', '22', '33'])
  })

  test('end with one that is refused, whatever follows it', async () => {
    const wrong = head('/webhooks/crm/another-secret', two)
    expect(await say(`${head(url, two)}11${wrong}22${head(url, last)}33`)).toEqual([200, 404])
    expect(kept).toEqual(['11'])
  })

  test('are none that the body of a refused one pretends', async () => {
    const inside = `${head(url, last)}{}`
    const outside = head('/webhooks/crm/x', { 'content-length': String(inside.length) })
    expect(await say(outside + inside)).toEqual([404])
    expect(kept).toEqual([])
  })
})

describe('a sender who takes its time', () => {
  test.each([
    ['headers', `POST ${url} HTTP/1.1\r\nhost: x\r\na: `],
    ['a body', head(url, { 'content-length': '900' })],
    ['a body in pieces', `${head(url, chunked)}384\r\n`],
    ['the first line', 'POST '],
  ])('with %s, byte by byte, is cut off', async (_name, start) => {
    const socket = await dial(server)
    socket.write(start)
    const dripping = setInterval(() => socket.write('x'), 5)
    // The answer may be lost with what was on its way when the connection closed.
    expect([[408], []]).toContainEqual(await heard(socket))
    clearInterval(dripping)
    expect(kept).toEqual([])
  })

  test('and sends nothing at all is cut off', async () => {
    expect(await say('')).toEqual([408])
  })

  test('keeps nobody waiting, however many do so', async () => {
    const slow: Socket[] = []
    for (let count = 0; count < 300; count += 1) slow.push(await dial(server))
    for (const socket of slow) socket.write(`POST ${url} HTTP/1.1\r\nhost: x\r\n`)
    expect(await say(`${head(url, last)}{}`)).toEqual([200])
    const answers = await Promise.all(slow.map(heard))
    expect(new Set(answers.flat())).toEqual(new Set([408]))
    expect(kept).toEqual(['{}'])
  })
})

test.each([
  ['a stranger', '/webhooks/crm/another-secret', 404],
  ['one who knows the secret', url, 413],
])('%s who never ends is cut off', async (_name, path, status) => {
  const socket = await dial(server)
  socket.write(head(path, chunked))
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`
  const pouring = setInterval(() => socket.write(chunk), 1)
  expect([[status], []]).toContainEqual(await heard(socket))
  clearInterval(pouring)
  expect(kept).toEqual([])
})
