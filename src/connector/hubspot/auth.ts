/**
 * The two credentials HubSpot knows: a private app's token, which is what it is, and OAuth, whose
 * access token lives half an hour. It is renewed shortly before its time and once when HubSpot
 * calls it expired; whoever needs it meanwhile waits for the same renewal.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../../model/clock.ts'
import { RequestFailure } from '../connector.ts'
import type { CallLog } from '../http/calls.ts'
import { type Authorizer, failureOf } from '../http/client.ts'
import { type HttpResponse, type Transport, TransportFailure } from '../http/transport.ts'
import { isObject, parseApiError, parseJson, textIn } from './error-body.ts'

export interface OAuthCredential {
  readonly client_id: string
  readonly client_secret: string
  readonly refresh_token: string
}

export interface OAuthContext {
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly transport: Transport
  readonly clock: Clock
  readonly calls: CallLog
}

export function privateAppAuth(accessToken: string): Authorizer {
  return {
    authorization: () => Promise.resolve(`Bearer ${accessToken}`),
    renew: () => Promise.resolve(null),
  }
}

/** What the vendor counts a credential's requests by, without telling the credential (promise 8). */
export function credentialName(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12)
}

interface Token {
  readonly header: string
  /** Monotonic time from which it is renewed before use. */
  readonly staleAt: number
}

const marginMs = 60_000
const path = '/oauth/v3/token'

export function oauthAuth(credential: OAuthCredential, context: OAuthContext): Authorizer {
  let current: Token | null = null
  let renewing: Promise<Token> | null = null

  const renewed = (): Promise<Token> => {
    renewing ??= requestToken(credential, context)
      .then((token) => {
        current = token
        return token
      })
      .finally(() => {
        renewing = null
      })
    return renewing
  }

  return {
    async authorization() {
      const fresh = current !== null && context.clock.monotonic() < current.staleAt
      return (fresh && current ? current : await renewed()).header
    },
    async renew(refused) {
      // Someone else's renewal was faster: the refused token is not the current one any more.
      if (current !== null && current.header !== refused) return current.header
      return (await renewed()).header
    },
  }
}

async function requestToken(credential: OAuthCredential, context: OAuthContext): Promise<Token> {
  const { clock } = context
  const response = await post(credential, context)
  const body = parseJson(response.body)
  const token = isObject(body) ? textIn(body, 'access_token') : null
  if (response.status !== 200 || !isObject(body) || token === null) throw refusal(response)
  const seconds = typeof body['expires_in'] === 'number' ? body['expires_in'] : 1_800
  const lifeMs = seconds * 1_000
  return {
    header: `Bearer ${token}`,
    staleAt: clock.monotonic() + lifeMs - Math.min(marginMs, lifeMs / 2),
  }
}

async function post(credential: OAuthCredential, context: OAuthContext): Promise<HttpResponse> {
  const { baseUrl, calls, clock, timeoutMs, transport } = context
  const body = new URLSearchParams({ grant_type: 'refresh_token', ...credential }).toString()
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  }
  const started = clock.monotonic()
  const record = (ok: boolean, bytesReceived: number): void => {
    const latencyMs = clock.monotonic() - started
    const bytesSent = Buffer.byteLength(body)
    calls.record({ endpoint: `POST ${path}`, ok, bytesSent, bytesReceived, latencyMs, waitedMs: 0 })
  }
  try {
    const url = `${baseUrl}${path}`
    const response = await transport.send({ method: 'POST', url, headers, body, timeoutMs })
    record(response.status === 200, Buffer.byteLength(response.body))
    return response
  } catch (error) {
    record(false, 0)
    throw error instanceof TransportFailure ? beforeTheRequest(failureOf(error)) : error
  }
}

/** Whatever became of the renewal, the request that needed it was not sent. */
function beforeTheRequest(failure: RequestFailure): RequestFailure {
  const { reason, message, cause } = failure
  return new RequestFailure({ kind: 'unavailable', reason, message, cause })
}

/** The body is not quoted but for its code: a token endpoint is the last to be trusted with echoes. */
function refusal(response: HttpResponse): RequestFailure {
  const { status } = response
  const error = parseApiError(response.body)
  const body = parseJson(response.body)
  const code = error?.status ?? (isObject(body) ? textIn(body, 'error') : null)
  const refused = status === 400 || status === 401 || status === 403
  return new RequestFailure({
    kind: refused ? 'auth' : 'unavailable',
    status,
    reason: code ?? `HTTP ${status}`,
    message: refused
      ? `HubSpot refused to renew the OAuth token: ${code ?? `HTTP ${status}`}`
      : `HubSpot's token endpoint answered ${status} without a token`,
    correlationId: error?.correlationId ?? null,
  })
}
