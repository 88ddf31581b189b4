/**
 * The two credentials Pipedrive knows: a user's API token, which is what it is and goes in a header of its
 * own, and OAuth, whose access token lives an hour. It is renewed shortly before its time and once when
 * it is refused; whoever needs it meanwhile waits for the same renewal.
 */
import { RequestFailure } from '../connector.ts'
import type { Authorizer } from '../http/client.ts'
import { isObject, parseJson, textIn } from '../http/json.ts'
import { httpReason } from '../http/not-the-api.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type BearerToken, bearerToken } from '../oauth/bearer-token.ts'
import { renewed } from '../oauth/renewed.ts'
import { postTokenForm, type TokenContext } from '../oauth/token-endpoint.ts'
import type { PipedriveOptions } from './options.ts'

type OAuthCredential = NonNullable<PipedriveOptions['oauth']>

const path = '/oauth/token'
const usualSeconds = 3_599

export function authOf(
  { api_token: token, oauth }: PipedriveOptions,
  context: TokenContext,
): Authorizer {
  return oauth === undefined ? apiTokenAuth(token ?? '') : oauthAuth(oauth, context)
}

function apiTokenAuth(token: string): Authorizer {
  return {
    credential: () => Promise.resolve({ header: 'x-api-token', value: token }),
    renew: () => Promise.resolve(null),
  }
}

function oauthAuth(given: OAuthCredential, context: TokenContext): Authorizer {
  let refreshToken = given.refresh_token

  const request = async (): Promise<BearerToken> => {
    const response = await postTokenForm(
      {
        baseUrl: given.login_url.replace(/\/+$/, ''),
        path,
        form: { grant_type: 'refresh_token', refresh_token: refreshToken },
        basic: { user: given.client_id, password: given.client_secret },
      },
      context,
    )
    const body = parseJson(response.body)
    const token = bearerToken(body, context.clock, usualSeconds)
    if (response.status !== 200 || token === null) throw refusal(response)
    // It is documented to stay; should it ever rotate, the old one is over.
    refreshToken = (isObject(body) ? textIn(body, 'refresh_token') : null) ?? refreshToken
    return token
  }
  return renewed(request, ({ staleAt }) => context.clock.monotonic() < staleAt)
}

/** The body is not quoted but for its code: a token endpoint is the last to be trusted with echoes. */
function refusal({ status, body }: HttpResponse): RequestFailure {
  const parsed = parseJson(body)
  const said = isObject(parsed) ? textIn(parsed, 'error') : null
  const code = said !== null && /^[a-z_]{1,40}$/.test(said) ? said : null
  const refused = code !== null && [400, 401, 403].includes(status)
  return new RequestFailure({
    kind: refused ? 'auth' : 'unavailable',
    status,
    reason: code ?? httpReason({ status, body }),
    message: refused
      ? `Pipedrive refused to renew the OAuth token: ${code}`
      : `Pipedrive's token endpoint answered ${status} without a token`,
  })
}
