/** One HTTP exchange. The real one is undici; tests may hand requests to a local CRM directly. */

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Why there is no response. `sent: false` means that no byte of the request reached the other
 * side (refused, unresolved, TLS), so it was certainly not applied.
 */
export class TransportFailure extends Error {
  readonly sent: boolean
  readonly reason: 'refused' | 'unresolved' | 'tls' | 'reset' | 'timeout' | 'aborted'

  constructor(reason: TransportFailure['reason'], sent: boolean, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TransportFailure'
    this.reason = reason
    this.sent = sent
  }
}

export interface Transport {
  /** Resolves with any HTTP answer, whatever its status. Throws only `TransportFailure`. */
  send(request: HttpRequest): Promise<HttpResponse>
  close(): Promise<void>
}
