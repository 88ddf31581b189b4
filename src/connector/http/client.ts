/**
 * The one chain every request of every connector passes, in this order:
 * trace > retry > rate > auth > transport.
 *
 * - trace: counts calls, bytes and latency by endpoint.
 * - retry: repeats reads a bounded number of times. Writes never: their second try belongs to the
 *   delivery loop, which first finds out what became of the first.
 * - rate: waits for every budget the request counts against, corrects them by the answer.
 * - auth: adds the credential; an expired one is renewed once, and the request goes out again (the
 *   CRM refused it unread, so this holds for writes too).
 */
import type { Clock, Random } from '../../model/clock.ts'
import { RequestFailure } from '../connector.ts'
import type { Budget, Slot } from './budget.ts'
import type { CallLog } from './calls.ts'
import { type Credential, secretOf } from './credential.ts'
import type { KnownLimit } from './held-limits.ts'
import {
  type HttpRequest,
  type HttpResponse,
  type Transport,
  TransportFailure,
} from './transport.ts'

export type Effect = 'read' | 'write'

export interface Content {
  readonly type: string
  readonly text: string
}

export interface ApiRequest<T> {
  readonly method: HttpRequest['method']
  /** Path and query, below the base URL. */
  readonly path: string
  /** What statistics call it: the method and the path without ids. */
  readonly endpoint: string
  /** Sent as JSON; absent for none. */
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly content?: Content | undefined
  readonly effect: Effect
  /** Budgets it counts against, the narrowest first. */
  readonly budgets: readonly Budget[]
  /** The one among them that the answer's rate headers speak of. */
  readonly corrected?: Budget
  readonly signal?: AbortSignal | undefined
  readonly beforeSend?: (() => void) | undefined
  /** Statuses that `parse` sees although they are failures elsewhere (a 404 that means absent). */
  readonly accepts?: readonly number[]
  /** Reads an answer that `classify` let pass. Throws `RequestFailure` where it can't. */
  parse(answer: Answer): T
}

export interface Answer extends HttpResponse {
  /** From when the request left until its answer was here. */
  readonly tookMs: number
}

/** Who lets a connection's requests in. Both may throw `RequestFailure`; nothing was sent then. */
export interface Authorizer {
  /** That of the next request. */
  credential(): Promise<Credential>
  /** One to use instead of the refused one, or null where it can't be renewed. */
  renew(refused: Credential): Promise<Credential | null>
}

/** What a vendor's answers mean; pure functions of the response. */
export interface ApiDialect {
  /** Null for an answer that `parse` should see. */
  classify(response: HttpResponse, effect: Effect): RequestFailure | null
  /** The credential expired, so that renewing it is worth a try. */
  expired(response: HttpResponse): boolean
  /** What the headers say of the rate window, if anything. */
  window(response: HttpResponse): KnownLimit
}

export interface ApiClientOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
  readonly auth: Authorizer
  readonly dialect: ApiDialect
  readonly calls: CallLog
}

/** Attempts of a read, the first included. */
export const readAttempts = 4
/** Longest wait between two attempts; who is told to wait longer is told so. */
export const longestReadPauseMs = 30_000
const firstPauseMs = 500

export class ApiClient {
  readonly #options: ApiClientOptions
  #window: KnownLimit = {}

  constructor(options: ApiClientOptions) {
    this.#options = options
  }

  /** What the last answers that spoke of the rate window said. */
  window(): KnownLimit {
    return this.#window
  }

  /** Throws only `RequestFailure`, and whatever `beforeSend` throws. */
  async call<T>(request: ApiRequest<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return request.parse(await this.#authorized(request))
      } catch (error) {
        const pause = this.#pauseBeforeRetry(request, error, attempt)
        if (pause === null) throw error
        await this.#sleep(pause, request.signal)
      }
    }
  }

  /** Milliseconds until the next attempt, or null for none. */
  #pauseBeforeRetry<T>(request: ApiRequest<T>, error: unknown, attempt: number): number | null {
    if (request.effect === 'write' || attempt >= readAttempts) return null
    if (!(error instanceof RequestFailure) || request.signal?.aborted) return null
    if (!['throttled', 'unavailable', 'unknown'].includes(error.kind)) return null
    const ceiling = firstPauseMs * 2 ** (attempt - 1)
    const pause = Math.max(error.retryAfterMs ?? 0, ceiling * (0.5 + this.#options.random() / 2))
    return pause > longestReadPauseMs ? null : pause
  }

  async #authorized<T>(request: ApiRequest<T>): Promise<Answer> {
    const { auth, dialect } = this.#options
    const first = await this.#rated(request)
    if (!dialect.expired(first.answer)) return this.#judged(request, first)
    const renewed = await auth.renew(first.credential)
    if (renewed === null) return this.#judged(request, first)
    return this.#judged(request, await this.#rated(request))
  }

  #judged<T>(request: ApiRequest<T>, sent: Sent): Answer {
    const answer = sent.answer.status < 300 ? sent.answer : withoutSecret(sent)
    if (request.accepts?.includes(answer.status)) return answer
    const failure = this.#options.dialect.classify(answer, request.effect)
    if (failure === null) return answer
    if (failure.kind === 'throttled') {
      for (const budget of request.budgets) budget.pause(failure.retryAfterMs ?? 0)
    }
    throw failure
  }

  async #rated<T>(request: ApiRequest<T>): Promise<Sent> {
    const { clock, dialect } = this.#options
    const slots: [Budget, Slot][] = []
    const started = clock.monotonic()
    let window: KnownLimit = {}
    try {
      for (const budget of request.budgets) {
        slots.push([budget, await acquire(budget, request.signal)])
      }
      const sent = await this.#sent(request, clock.monotonic() - started)
      window = dialect.window(sent.answer)
      this.#window = { ...this.#window, ...window }
      return sent
    } finally {
      for (const [budget, slot] of slots) {
        const own = budget === request.corrected ? window : {}
        if (own.max !== undefined) budget.resize(own.max)
        slot.done(own.remaining)
      }
    }
  }

  async #sent<T>(request: ApiRequest<T>, waitedMs: number): Promise<Sent> {
    const { auth, baseUrl, timeoutMs } = this.#options
    const credential = await auth.credential()
    const content = contentOf(request)
    const headers: Record<string, string> = {
      [credential.header]: credential.value,
      accept: 'application/json',
    }
    if (content !== null) headers['content-type'] = content.type
    const { method, signal } = request
    const url = `${baseUrl}${request.path}`
    request.beforeSend?.()
    const body = content?.text ?? null
    const http = { method, url, headers, body, timeoutMs, ...(signal ? { signal } : {}) }
    return { credential, answer: await this.#traced(request.endpoint, http, waitedMs) }
  }

  async #traced(endpoint: string, http: HttpRequest, waitedMs: number): Promise<Answer> {
    const { calls, clock, transport } = this.#options
    const started = clock.monotonic()
    const bytesSent = http.body === null ? 0 : Buffer.byteLength(http.body)
    const record = (ok: boolean, bytesReceived: number): number => {
      const latencyMs = clock.monotonic() - started
      calls.record({ endpoint, ok, bytesSent, bytesReceived, latencyMs, waitedMs })
      return latencyMs
    }
    try {
      const response = await transport.send(http)
      const tookMs = record(response.status < 300, Buffer.byteLength(response.body))
      return { ...response, tookMs }
    } catch (error) {
      record(false, 0)
      throw error instanceof TransportFailure ? failureOf(error) : error
    }
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, signal)
    } catch (error) {
      throw notSent(error)
    }
  }
}

function contentOf<T>({ body, content }: ApiRequest<T>): Content | null {
  if (content !== undefined) return content
  return body === undefined ? null : { type: 'application/json', text: JSON.stringify(body) }
}

interface Sent {
  readonly credential: Credential
  readonly answer: Answer
}

async function acquire(budget: Budget, signal: AbortSignal | undefined): Promise<Slot> {
  try {
    return await budget.acquire(signal)
  } catch (error) {
    throw notSent(error)
  }
}

function notSent(cause: unknown): RequestFailure {
  const message = 'stopped before it was sent'
  return new RequestFailure({ kind: 'unavailable', reason: 'aborted', message, cause })
}

/** What was not sent was not applied; of what was sent nobody knows. */
export function failureOf(failure: TransportFailure): RequestFailure {
  return new RequestFailure({
    kind: failure.sent ? 'unknown' : 'unavailable',
    reason: failure.reason,
    message: failure.message,
    cause: failure.cause,
  })
}

/** Promise 8: a gateway that echoes the request's headers must not put the credential into a message. */
function withoutSecret({ credential, answer }: Sent): Answer {
  const secret = secretOf(credential)
  return secret.length < 4 ? answer : { ...answer, body: answer.body.replaceAll(secret, '***') }
}
