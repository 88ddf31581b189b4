/**
 * Where the web server flow sends a person. Nobody sits here: the user of `login_hint`, or the
 * administrator, consents at once; an unknown user stands for one who does not.
 */
import { OAuthError } from '../wire/api-error.ts'
import type { Call, Reply } from '../request/call.ts'
import { isActive, userNamed } from '../store/users.ts'

export function authorize(call: Call): Reply<never> {
  const { org, query, now } = call
  const app = org.sessions.apps.get(query.get('client_id') ?? '')
  if (app === undefined) throw new OAuthError('invalid_client_id', 'client identifier invalid')
  const redirectUri = query.get('redirect_uri') ?? ''
  if (app.callbackUrls?.includes(redirectUri) !== true) {
    throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration')
  }
  if (query.get('response_type') !== 'code') {
    return back(call, redirectUri, {
      error: 'unsupported_response_type',
      error_description: 'response type not supported',
    })
  }
  const username = query.get('login_hint') ?? org.username(org.adminId())
  const user = userNamed(org, username)
  if (user === null || !isActive(user)) {
    return back(call, redirectUri, {
      error: 'access_denied',
      error_description: 'end-user denied authorization',
    })
  }
  const code = org.sessions.codes.issue({
    clientId: app.clientId,
    username,
    redirectUri,
    challenge: query.get('code_challenge'),
    issuedAt: now,
  })
  return back(call, redirectUri, { code })
}

function back(
  { query }: Call,
  redirectUri: string,
  values: Readonly<Record<string, string>>,
): Reply<never> {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value)
  const state = query.get('state')
  if (state !== null) url.searchParams.set('state', state)
  return { status: 302, body: null, headers: { location: url.toString() } }
}
