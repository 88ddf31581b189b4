/**
 * The real transport: HTTP/1.1 over a keep-alive pool per origin, through a proxy where one is set.
 * Whether a request was sent is not guessed from error codes: undici announces a request right
 * before its first byte is written, and what was never announced was never sent.
 */
import { getCACertificates } from 'node:tls'
import { type Dispatcher, EnvHttpProxyAgent } from 'undici'
import {
  type HttpRequest,
  type HttpResponse,
  type Transport,
  TransportFailure,
} from './transport.ts'

/** Values come from the configuration; the environment is not read here. */
export interface UndiciTransportOptions {
  /** URL of the proxy for https targets; absent or empty for none. */
  readonly httpsProxy?: string
  /** URL of the proxy for http targets; absent or empty for none. */
  readonly httpProxy?: string
  /** Comma-separated hosts that are reached directly. */
  readonly noProxy?: string
  /** PEM texts trusted besides those that Node trusts. */
  readonly extraCaCertificates?: readonly string[]
  /** Most connections per origin; unlimited when absent. */
  readonly connections?: number
}

export function createUndiciTransport(options: UndiciTransportOptions = {}): Transport {
  const agent = createAgent(options)
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        new Exchange(request, resolve, reject).start(agent)
      }),
    // Not the graceful close: it would wait for connections that never come about.
    close: () => agent.destroy(),
  }
}

function createAgent(options: UndiciTransportOptions): Dispatcher {
  const extra = options.extraCaCertificates ?? []
  const tls = extra.length === 0 ? {} : { ca: [...getCACertificates('default'), ...extra] }
  return new EnvHttpProxyAgent({
    // Empty texts, because undici reads the environment for what is undefined.
    httpProxy: options.httpProxy ?? '',
    httpsProxy: options.httpsProxy ?? '',
    noProxy: options.noProxy ?? '',
    allowH2: false,
    pipelining: 1,
    connections: options.connections ?? null,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  })
}

/** One request on its way; settles once, by response, failure, timeout or abort. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest
  readonly #resolve: (response: HttpResponse) => void
  readonly #reject: (failure: TransportFailure) => void
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = (): void => this.#fail('aborted', 'the request was aborted')
  readonly #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | null = null
  #settled = false
  #status = 0
  #headers: Record<string, string> = {}

  constructor(
    request: HttpRequest,
    resolve: (response: HttpResponse) => void,
    reject: (failure: TransportFailure) => void,
  ) {
    this.#request = request
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = setTimeout(
      () => this.#fail('timeout', `no answer within ${request.timeoutMs} ms`),
      request.timeoutMs,
    )
  }

  start(agent: Dispatcher): void {
    const { url, method, headers, body, signal } = this.#request
    if (signal?.aborted) {
      this.#onAbort()
      return
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    try {
      const { origin, pathname, search } = new URL(url)
      agent.dispatch({ origin, path: pathname + search, method, headers, body }, this)
    } catch (error) {
      this.#fail('refused', `the request could not be made: ${textOf(error)}`, error)
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Settled while it waited for a connection: stopping it here keeps it from being written.
    if (this.#settled) controller.abort(new Error('settled before it was sent'))
    else this.#controller = controller
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status
    this.#headers = {}
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) continue
      this.#headers[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ')
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (!this.#settle()) return
    const body = Buffer.concat(this.#chunks).toString('utf8')
    this.#resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(reasonOf(error, this.#controller !== null), textOf(error), error)
  }

  #fail(reason: TransportFailure['reason'], what: string, cause?: unknown): void {
    if (!this.#settle()) return
    const sent = this.#controller !== null
    const { host } = new URL(this.#request.url)
    const failure = new TransportFailure(reason, sent, `${host}: ${what}`, cause)
    this.#reject(failure)
    this.#controller?.abort(failure)
  }

  /** False when it was settled before. */
  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    clearTimeout(this.#timer)
    this.#request.signal?.removeEventListener('abort', this.#onAbort)
    return true
  }
}

const reasonByCode: Readonly<Record<string, TransportFailure['reason']>> = {
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  EAI_FAIL: 'unresolved',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_PRX_TLS: 'tls',
  EPROTO: 'tls',
}

/** Node names certificate errors in words (`CERT_HAS_EXPIRED`, `SELF_SIGNED_CERT_IN_CHAIN`). */
const tlsCode = /CERT|^ERR_(SSL|TLS)_|^UNABLE_TO_|SIGNATURE|_CRL|^HOSTNAME_MISMATCH$/

function reasonOf(error: Error, sent: boolean): TransportFailure['reason'] {
  const code = codeOf(error)
  const known = reasonByCode[code]
  if (known !== undefined) return known
  if (tlsCode.test(code)) return 'tls'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'reset'
  return sent ? 'reset' : 'refused'
}

/** With several addresses for a name, the first attempt's code stands for all. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return ''
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
