/** A local HubSpot behind TLS, and a proxy before it: what stands between a company and its CRM. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { HubSpotSimulator } from '../../src/simulator/hubspot/simulator.ts'

export interface TlsCrm {
  readonly url: string
  /** The file with the certificate that signs for it. */
  readonly certificate: string
  close(): Promise<void>
}

/** The certificate is for localhost, made by the machine's openssl. */
export async function serveTlsCrm(simulator: HubSpotSimulator): Promise<TlsCrm> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-tls-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync(
    'openssl',
    ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  )
  const files = { key: readFileSync(key), cert: readFileSync(certificate) }
  const server = createTlsServer(files, (request, response) => {
    void answer(simulator, request, response)
  })
  const port = await listen(server)
  return {
    url: `https://localhost:${port.number}`,
    certificate,
    close: async () => {
      await port.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function answer(
  simulator: HubSpotSimulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  const { response: said } = simulator.handle({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await text(request),
  })
  response.writeHead(said.status, { ...said.headers })
  response.end(said.body)
}

export interface Proxy {
  readonly url: string
  /** Whom it was asked to reach, `host:port` each. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export async function serveProxy(): Promise<Proxy> {
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
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port.number}`, asked, close: port.close }
}

interface Port {
  readonly number: number
  close(): Promise<void>
}

/** Listens on a free port of the loopback; closing ends open connections, too. */
export async function listen(server: Server | ReturnType<typeof createTlsServer>): Promise<Port> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    number: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
