/** A local CRM on a loopback port: its API as the vendor serves it, and `/_local/` to set it up and look inside. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SimRequest, SimResponse, SimResult } from './exchange.ts'

/** Whoever answers: the API, and the way in for tests and people. */
export interface Answering {
  readonly handle: (request: SimRequest) => SimResult
  readonly handleAdmin: (request: SimRequest) => SimResponse
}

export interface ListenOptions {
  /** 0 picks a free one. */
  readonly port: number
  readonly host?: string
}

export interface HttpServer {
  /** Without a trailing slash. */
  readonly url: string
  /** Ends open connections, too. */
  close(): Promise<void>
}

export async function serveHttp(
  answering: Answering,
  { port, host = '127.0.0.1' }: ListenOptions,
): Promise<HttpServer> {
  const server = createServer(
    { keepAliveTimeout: 60_000, maxHeaderSize: 65_536 },
    (request, response) => {
      void serve(answering, request, response)
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const boundPort = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host}:${boundPort}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

async function serve(
  { handle, handleAdmin }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request)
  // The client went away before it had said everything: nothing to apply, nobody to answer.
  if (body === null) return
  const url = request.url ?? '/'
  const sent = { method: request.method ?? 'GET', url, headers: headersOf(request), body }
  if (url.startsWith('/_local/')) {
    send(response, handleAdmin(sent))
    return
  }
  const result = handle(sent)
  if (result.delayMs > 0) await delay(result.delayMs)
  if (result.connection === 'ok') send(response, result.response)
  else request.socket.resetAndDestroy()
}

function bodyOf(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
    request.on('error', () => resolve(null))
    request.on('aborted', () => resolve(null))
  })
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

/** Latency must not keep a process alive that is otherwise done. */
function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

function send(response: ServerResponse, { status, headers, body }: SimResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
