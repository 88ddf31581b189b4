/**
 * The two credentials HubSpot knows: a private app's token, which is what it is, and OAuth, whose
 * access token lives half an hour. It is renewed shortly before its time and once when HubSpot
 * calls it expired; whoever needs it meanwhile waits for the same renewal.
 */
import { RequestFailure } from '../connector.ts'
import type { Authorizer } from '../http/client.ts'
import { bearer } from '../http/credential.ts'
import { isObject, parseJson, textIn } from '../http/json.ts'
import { httpReason } from '../http/not-the-api.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type BearerToken, bearerToken } from '../oauth/bearer-token.ts'
import { renewed } from '../oauth/renewed.ts'
import { postTokenForm, type TokenContext } from '../oauth/token-endpoint.ts'
import { parseApiError } from './error-body.ts'
import { classify } from './errors.ts'

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
    credential: () => Promise.resolve(bearer(accessToken)),
    renew: () => Promise.resolve(null),
  }
}

const path = '/oauth/v3/token'
const usualSeconds = 1_800

export function oauthAuth(credential: OAuthCredential, context: OAuthContext): Authorizer {
  return renewed<BearerToken>(
    () => requestToken(credential, context),
    ({ staleAt }) => context.clock.monotonic() < staleAt,
  )
}

async function requestToken(
  credential: OAuthCredential,
  context: OAuthContext,
): Promise<BearerToken> {
  const form = { grant_type: 'refresh_token', ...credential }
  const response = await postTokenForm({ baseUrl: context.baseUrl, path, form }, context)
  const token = bearerToken(parseJson(response.body), context.clock, usualSeconds)
  if (response.status !== 200 || token === null) throw refusal(response)
  return token
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
    reason: code ?? httpReason(response),
    message: refused
      ? `HubSpot refused to renew the OAuth token: ${code ?? `HTTP ${status}`}`
      : `HubSpot's token endpoint answered ${status} without a token`,
    retryAfterMs: classify(response, 'read')?.retryAfterMs ?? null,
    correlationId: error?.correlationId ?? null,
  })
}
