/**
 * The two credentials HubSpot knows: a private app's token, which is what it is, and OAuth, whose
 * access token lives half an hour. It is renewed shortly before its time and once when HubSpot
 * calls it expired; whoever needs it meanwhile waits for the same renewal.
 */
import { createHash } from 'node:crypto'
import { RequestFailure } from '../connector.ts'
import type { Authorizer } from '../http/client.ts'
import type { HttpResponse } from '../http/transport.ts'
import { renewed } from '../oauth/renewed.ts'
import { postTokenForm, type TokenContext } from '../oauth/token-endpoint.ts'
import { isObject, parseApiError, parseJson, textIn } from './error-body.ts'

export interface OAuthCredential {
  readonly client_id: string
  readonly client_secret: string
  readonly refresh_token: string
}

export interface OAuthContext extends TokenContext {
  readonly baseUrl: string
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
  return renewed<Token>(
    () => requestToken(credential, context),
    ({ staleAt }) => context.clock.monotonic() < staleAt,
  )
}

async function requestToken(credential: OAuthCredential, context: OAuthContext): Promise<Token> {
  const { baseUrl, clock } = context
  const form = { grant_type: 'refresh_token', ...credential }
  const response = await postTokenForm({ baseUrl, path, form }, context)
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
