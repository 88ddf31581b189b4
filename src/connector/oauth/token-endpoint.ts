/** The request that every OAuth grant ends in: a form to the token endpoint. */
import type { Clock } from '../../model/clock.ts'
import { RequestFailure } from '../connector.ts'
import type { CallLog } from '../http/calls.ts'
import { failureOf } from '../http/client.ts'
import { type HttpResponse, type Transport, TransportFailure } from '../http/transport.ts'

export interface TokenContext {
  readonly timeoutMs: number
  readonly transport: Transport
  readonly clock: Clock
  readonly calls: CallLog
}

export interface TokenRequest {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly path: string
  readonly form: Readonly<Record<string, string>>
  /** The app, where the vendor wants it as HTTP Basic and not in the form. */
  readonly basic?: { readonly user: string; readonly password: string }
}

/** The answer, whatever its status. What the request says appears in no log and no error (promise 8). */
export async function postTokenForm(
  { baseUrl, path, form, basic }: TokenRequest,
  { calls, clock, timeoutMs, transport }: TokenContext,
): Promise<HttpResponse> {
  const body = new URLSearchParams(form).toString()
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...(basic === undefined ? {} : { authorization: basicAuth(basic) }),
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

function basicAuth({ user, password }: NonNullable<TokenRequest['basic']>): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Whatever became of the grant, the request that needed it was not sent. */
function beforeTheRequest({ reason, message, cause }: RequestFailure): RequestFailure {
  return new RequestFailure({ kind: 'unavailable', reason, message, cause })
}
