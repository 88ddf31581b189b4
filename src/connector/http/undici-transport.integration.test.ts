import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  listen,
  localhostCertificate,
  type Proxy,
  serveProxy,
} from '../../../test/support/loopback.ts'
import { type HttpRequest, type Transport, TransportFailure } from './transport.ts'
import { createUndiciTransport, type UndiciTransportOptions } from './undici-transport.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

function open(options: UndiciTransportOptions = {}): Transport {
  const transport = createUndiciTransport(options)
  cleanups.push(() => transport.close())
  return transport
}

async function portOf(server: Server | TcpServer): Promise<number> {
  const port = await listen(server)
  cleanups.push(port.close)
  return port.number
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await portOf(createServer(listener))}`
}

function request(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, headers: {}, body: null, timeoutMs: 5_000, ...more }
}

async function failureOf(sending: Promise<unknown>): Promise<{ reason: string; sent: boolean }> {
  const error = await sending.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof TransportFailure)) throw new Error(`not a failure: ${String(error)}`)
  return { reason: error.reason, sent: error.sent }
}

async function serveTls(): Promise<{ url: string; cert: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-tls-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  const files = localhostCertificate(folder)
  const [key, cert] = [readFileSync(files.key, 'utf8'), readFileSync(files.certificate, 'utf8')]
  const server = createTlsServer({ key, cert }, (_request, response) => response.end('secure'))
  return { url: `https://localhost:${await portOf(server)}`, cert }
}

async function openProxy(): Promise<Proxy> {
  const proxy = await serveProxy()
  cleanups.push(proxy.close)
  return proxy
}

describe('undici transport', () => {
  it('sends method, headers and body, and gives status, lower-case headers and body', async () => {
    const url = await serve((incoming, response) => {
      let body = ''
      incoming.on('data', (chunk) => {
        body += chunk
      })
      incoming.on('end', () => {
        response.writeHead(207, { 'X-Seen': `${incoming.method} ${incoming.url}` })
        response.end(`${String(incoming.headers['x-asked'])}:${body}`)
      })
    })
    const answer = await open().send(
      request(`${url}/a/b?c=d`, { method: 'POST', headers: { 'X-Asked': 'yes' }, body: 'grüße' }),
    )
    expect(answer.status).toBe(207)
    expect(answer.headers['x-seen']).toBe('POST /a/b?c=d')
    expect(answer.body).toBe('yes:grüße')
  })

  it('keeps its connection alive between requests', async () => {
    let connections = 0
    const server = createServer((_request, response) => response.end('ok'))
    server.on('connection', () => {
      connections += 1
    })
    const url = `http://127.0.0.1:${await portOf(server)}`
    const transport = open()
    for (let i = 0; i < 20; i++) await transport.send(request(url))
    // The second may overtake the first one's connection on its way back to the pool.
    expect(connections).toBeLessThanOrEqual(2)
  })

  it('calls a refused connection refused and not sent', async () => {
    const port = await listen(createTcpServer())
    await port.close()
    const failure = await failureOf(open().send(request(`http://127.0.0.1:${port.number}`)))
    expect(failure).toEqual({ reason: 'refused', sent: false })
  })

  it('calls an unknown host unresolved and not sent', async () => {
    const failure = await failureOf(open().send(request('http://nowhere.invalid')))
    expect(failure).toEqual({ reason: 'unresolved', sent: false })
  })

  it('calls an untrusted certificate a TLS failure and not sent', async () => {
    const { url } = await serveTls()
    const failure = await failureOf(open().send(request(url)))
    expect(failure).toEqual({ reason: 'tls', sent: false })
  })

  it('trusts extra CA certificates', async () => {
    const { url, cert } = await serveTls()
    const answer = await open({ extraCaCertificates: [cert] }).send(request(url))
    expect(answer.body).toBe('secure')
  })

  it('reaches https targets through the proxy, trusting extra CA certificates', async () => {
    const { url, cert } = await serveTls()
    const proxy = await openProxy()
    const transport = open({ httpsProxy: proxy.url, extraCaCertificates: [cert] })
    expect((await transport.send(request(url))).body).toBe('secure')
    expect(proxy.asked).toEqual([new URL(url).host])
  })

  it('goes around the proxy for hosts in NO_PROXY', async () => {
    const { url, cert } = await serveTls()
    const proxy = await openProxy()
    const options = { httpsProxy: proxy.url, noProxy: 'localhost', extraCaCertificates: [cert] }
    expect((await open(options).send(request(url))).body).toBe('secure')
    expect(proxy.asked).toEqual([])
  })

  it('calls an unreachable proxy not sent', async () => {
    const { url } = await serveTls()
    const port = await listen(createTcpServer())
    await port.close()
    const transport = open({ httpsProxy: `http://127.0.0.1:${port.number}` })
    expect(await failureOf(transport.send(request(url)))).toMatchObject({ sent: false })
  })

  it('calls an answer that never comes a timeout of a sent request', async () => {
    const url = await serve(() => {})
    const failure = await failureOf(open().send(request(url, { timeoutMs: 50 })))
    expect(failure).toEqual({ reason: 'timeout', sent: true })
  })

  it('calls a TLS handshake that never ends a timeout of a request not sent', async () => {
    const port = await portOf(createTcpServer())
    const failure = await failureOf(
      open().send(request(`https://127.0.0.1:${port}`, { timeoutMs: 50 })),
    )
    expect(failure).toEqual({ reason: 'timeout', sent: false })
  })

  it('calls a connection reset after the request a reset of a sent request', async () => {
    const url = await serve((incoming) => incoming.socket.destroy())
    const failure = await failureOf(open().send(request(url, { method: 'POST', body: '{}' })))
    expect(failure).toEqual({ reason: 'reset', sent: true })
  })

  it('calls a connection lost in the middle of the answer a reset of a sent request', async () => {
    const url = await serve((incoming, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => incoming.socket.destroy())
    })
    expect(await failureOf(open().send(request(url)))).toEqual({ reason: 'reset', sent: true })
  })

  it('aborts a request in flight, which stays sent', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort())
    const failure = await failureOf(open().send(request(url, { signal: stop.signal })))
    expect(failure).toEqual({ reason: 'aborted', sent: true })
  })

  it('never sends a request that was aborted while it waited for a connection', async () => {
    const seen: string[] = []
    const held = Promise.withResolvers<() => void>()
    const url = await serve((incoming, response) => {
      seen.push(incoming.url ?? '')
      if (incoming.url === '/first') held.resolve(() => response.end('ok'))
      else response.end('ok')
    })
    const transport = open({ connections: 1 })
    const first = transport.send(request(`${url}/first`))
    const release = await held.promise
    const stop = new AbortController()
    const second = transport.send(request(`${url}/second`, { signal: stop.signal }))
    stop.abort()
    expect(await failureOf(second)).toEqual({ reason: 'aborted', sent: false })
    release()
    await first
    await transport.send(request(`${url}/third`))
    expect(seen).toEqual(['/first', '/third'])
  })
})
