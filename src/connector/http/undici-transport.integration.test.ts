import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
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

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`
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

/** A certificate for localhost, made by the openssl of the machine. */
function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-tls-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

async function serveTls(): Promise<{ url: string; cert: string }> {
  const { key, cert } = certificate()
  const server = createTlsServer({ key, cert }, (_request, response) => response.end('secure'))
  return { url: `https://localhost:${await listen(server)}`, cert }
}

/** A proxy that tunnels CONNECT to 127.0.0.1 and tells whom it was asked for. */
async function serveProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((_request, response) => response.writeHead(500).end())
  server.on('connect', (incoming, socket) => {
    asked.push(incoming.url ?? '')
    const target = connect(Number(incoming.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('error', () => target.destroy())
  })
  return { url: `http://127.0.0.1:${await listen(server)}`, asked }
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
    const url = `http://127.0.0.1:${await listen(server)}`
    const transport = open()
    for (let i = 0; i < 20; i++) await transport.send(request(url))
    // The second may overtake the first one's connection on its way back to the pool.
    expect(connections).toBeLessThanOrEqual(2)
  })

  it('calls a refused connection refused and not sent', async () => {
    const server = createTcpServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const failure = await failureOf(open().send(request(`http://127.0.0.1:${port}`)))
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
    const proxy = await serveProxy()
    const transport = open({ httpsProxy: proxy.url, extraCaCertificates: [cert] })
    expect((await transport.send(request(url))).body).toBe('secure')
    expect(proxy.asked).toEqual([new URL(url).host])
  })

  it('goes around the proxy for hosts in NO_PROXY', async () => {
    const { url, cert } = await serveTls()
    const proxy = await serveProxy()
    const options = { httpsProxy: proxy.url, noProxy: 'localhost', extraCaCertificates: [cert] }
    expect((await open(options).send(request(url))).body).toBe('secure')
    expect(proxy.asked).toEqual([])
  })

  it('calls an unreachable proxy not sent', async () => {
    const { url } = await serveTls()
    const server = createTcpServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    const transport = open({ httpsProxy: `http://127.0.0.1:${port}` })
    expect(await failureOf(transport.send(request(url)))).toMatchObject({ sent: false })
  })

  it('calls an answer that never comes a timeout of a sent request', async () => {
    const url = await serve(() => {})
    const failure = await failureOf(open().send(request(url, { timeoutMs: 50 })))
    expect(failure).toEqual({ reason: 'timeout', sent: true })
  })

  it('calls a TLS handshake that never ends a timeout of a request not sent', async () => {
    const port = await listen(createTcpServer())
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
