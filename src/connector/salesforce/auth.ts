/**
 * The session of a connection. No answer says how long it lives, so it is used until Salesforce calls
 * it over, and then renewed once, by one caller for all who need it meanwhile.
 */
import { RequestFailure } from '../connector.ts'
import type { Authorizer } from '../http/client.ts'
import { bearer, type Credential } from '../http/credential.ts'
import { isObject, parseJson, textIn } from '../http/json.ts'
import { httpReason } from '../http/not-the-api.ts'
import { isSafe } from '../../model/safe-address.ts'
import type { HttpResponse } from '../http/transport.ts'
import { renewed } from '../oauth/renewed.ts'
import { postTokenForm, type TokenContext } from '../oauth/token-endpoint.ts'
import { type Grant, grantOf } from './grants.ts'
import type { SalesforceOptions } from './options.ts'

export interface SignIn extends Authorizer {
  /** Where the org is, without a slash at the end; known once a credential was given. */
  instanceUrl(): string
}

interface Session {
  readonly credential: Credential
  readonly instanceUrl: string
}

const path = '/services/oauth2/token'

export function signIn(options: SalesforceOptions, context: TokenContext): SignIn {
  let rotated: string | null = null

  const begun = async (): Promise<Session> => {
    const grant = grantOf(options, context.clock.now(), rotated)
    const baseUrl = options.login_url.replace(/\/+$/, '')
    const response = await postTokenForm({ baseUrl, path, form: grant.form }, context)
    const body = parseJson(response.body)
    const token = isObject(body) ? textIn(body, 'access_token') : null
    const instanceUrl = isObject(body) ? instanceIn(body) : null
    if (response.status !== 200 || !isObject(body) || token === null || instanceUrl === null) {
      throw refusal(response, grant)
    }
    if (!isSafe(instanceUrl)) throw unsafe(instanceUrl)
    rotated = textIn(body, 'refresh_token') ?? rotated
    return { credential: bearer(token), instanceUrl }
  }
  const session = renewed(begun, () => true)
  return { ...session, instanceUrl: () => session.current()?.instanceUrl ?? '' }
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
    reason: code ?? httpReason(response),
    message: refused
      ? `Salesforce refused to sign in: ${why}`
      : `Salesforce's token endpoint gave no session: ${why}`,
    retryAfterMs: code === 'rate_limit_exceeded' ? rateLimitPauseMs : null,
  })
}
