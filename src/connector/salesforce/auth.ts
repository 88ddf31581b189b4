/**
 * The session of a connection. No answer says how long it lives, so it is used until Salesforce calls
 * it over, and then renewed once, by one caller for all who need it meanwhile.
 */
import type { Clock } from '../../model/clock.ts'
import { RequestFailure } from '../connector.ts'
import type { CallLog } from '../http/calls.ts'
import { type Authorizer, failureOf } from '../http/client.ts'
import { isSafe } from '../http/safe-address.ts'
import { type HttpResponse, type Transport, TransportFailure } from '../http/transport.ts'
import { type Grant, grantOf } from './grants.ts'
import { isObject, parseJson, textIn } from './json.ts'
import type { SalesforceOptions } from './options.ts'

export interface SignIn extends Authorizer {
  /** Where the org is, without a slash at the end; known once `authorization` was given. */
  instanceUrl(): string
}

export interface SignInContext {
  readonly timeoutMs: number
  readonly transport: Transport
  readonly clock: Clock
  readonly calls: CallLog
}

interface Session {
  readonly header: string
  readonly instanceUrl: string
}

const path = '/services/oauth2/token'

export function signIn(options: SalesforceOptions, context: SignInContext): SignIn {
  let current: Session | null = null
  let renewing: Promise<Session> | null = null
  let rotated: string | null = null

  const begun = async (): Promise<Session> => {
    const grant = grantOf(options, context.clock.now(), rotated)
    const response = await post(options.login_url.replace(/\/+$/, ''), grant, context)
    const body = parseJson(response.body)
    const token = isObject(body) ? textIn(body, 'access_token') : null
    const instanceUrl = isObject(body) ? instanceIn(body) : null
    if (response.status !== 200 || !isObject(body) || token === null || instanceUrl === null) {
      throw refusal(response, grant)
    }
    if (!isSafe(instanceUrl)) throw unsafe(instanceUrl)
    rotated = textIn(body, 'refresh_token') ?? rotated
    return { header: `Bearer ${token}`, instanceUrl }
  }
  const renewed = (): Promise<Session> => {
    renewing ??= begun()
      .then((session) => {
        current = session
        return session
      })
      .finally(() => {
        renewing = null
      })
    return renewing
  }
  return {
    authorization: async () => (current ?? (await renewed())).header,
    renew: async (refused) => {
      // Someone else's renewal was faster: the refused session is not the current one any more.
      if (current !== null && current.header !== refused) return current.header
      return (await renewed()).header
    },
    instanceUrl: () => current?.instanceUrl ?? '',
  }
}

function instanceIn(body: Readonly<Record<string, unknown>>): string | null {
  const url = textIn(body, 'instance_url')
  return url !== null && URL.canParse(url) ? url.replace(/\/+$/, '') : null
}

/** Records and the session itself would go there for everyone to read. */
function unsafe(instanceUrl: string): RequestFailure {
  const message = `Salesforce signed us in to ${instanceUrl}, which does not begin with https`
  return new RequestFailure({ kind: 'auth', reason: 'instance_url', message })
}

async function post(baseUrl: string, grant: Grant, context: SignInContext): Promise<HttpResponse> {
  const { transport, clock, calls, timeoutMs } = context
  const body = new URLSearchParams(grant.form).toString()
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

/** Whatever became of the sign-in, the request that needed it was not sent. */
function beforeTheRequest({ reason, message, cause }: RequestFailure): RequestFailure {
  return new RequestFailure({ kind: 'unavailable', reason, message, cause })
}

/** Codes that say nothing against the credentials. */
const passing = ['rate_limit_exceeded', 'server_error', 'temporarily_unavailable', 'unknown_error']
const rateLimitPauseMs = 60_000

function refusal(response: HttpResponse, { secrets }: Grant): RequestFailure {
  const { status } = response
  const body = parseJson(response.body)
  const code = isObject(body) ? textIn(body, 'error') : null
  const said = isObject(body) ? textIn(body, 'error_description') : null
  const isQuotable = said !== null && !secrets.some((secret) => said.includes(secret))
  const why = `${code ?? `HTTP ${status}`}${isQuotable ? ` (${said.slice(0, 200)})` : ''}`
  const refused = [400, 401, 403].includes(status) && !passing.includes(code ?? '')
  return new RequestFailure({
    kind: refused ? 'auth' : 'unavailable',
    status,
    reason: code ?? `HTTP ${status}`,
    message: refused
      ? `Salesforce refused to sign in: ${why}`
      : `Salesforce's token endpoint gave no session: ${why}`,
    retryAfterMs: code === 'rate_limit_exceeded' ? rateLimitPauseMs : null,
  })
}
