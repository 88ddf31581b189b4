/** Access tokens for OAuth apps: given for a code or a refresh token, and taken away. */
import { oauthError } from '../wire/api-error.ts'
import type { Call, Reply } from '../request/call.ts'
import { reply } from '../request/call.ts'
import { type OAuthApp, type RefreshToken, accessTokenSeconds } from '../store/tokens.ts'

interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly refresh_token: string
  readonly scope: string
  readonly expires_in: number
  readonly api_domain: string
}

/** Whoever asks is taken for the first admin, who agrees at once. */
export function authorize(call: Call): Reply<object> {
  const { tokens } = call.company
  const app = tokens.apps.get(call.query.get('client_id') ?? '')
  if (app === undefined || app.redirectUri !== call.query.get('redirect_uri')) {
    throw oauthError(400, 'invalid_request', 'Unknown client_id or redirect_uri')
  }
  const [user] = call.company.table('user').all()
  const location = new URL(app.redirectUri)
  location.searchParams.set('code', tokens.issueCode(app, user?.id ?? '1', call.now))
  const state = call.query.get('state')
  if (state !== null) location.searchParams.set('state', state)
  return { status: 302, body: {}, headers: { location: location.toString() } }
}

/** Parameters come as a form, the app's id and secret as HTTP Basic. */
export function issueToken(call: Call): Reply<TokenAnswer> {
  const app = authenticatedApp(call)
  const form = new URLSearchParams(call.body ?? '')
  const { tokens } = call.company
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      const redirectUri = form.get('redirect_uri') ?? ''
      const code = tokens.useCode(form.get('code') ?? '', app.clientId, redirectUri, call.now)
      if (code === null) throw oauthError(400, 'invalid_grant', 'Invalid authorization code')
      return answer(call, app, tokens.issueRefresh(app.clientId, code.userId, call.now))
    }
    case 'refresh_token': {
      const given = form.get('refresh_token') ?? ''
      const refresh = tokens.useRefresh(given, app.clientId, call.now)
      if (refresh === null) throw oauthError(400, 'invalid_grant', 'Invalid refresh token')
      return answer(call, app, refresh)
    }
    default:
      throw oauthError(400, 'unsupported_grant_type', 'Unknown grant_type')
  }
}

export function revoke(call: Call): Reply<object> {
  authenticatedApp(call)
  const token = new URLSearchParams(call.body ?? '').get('token') ?? call.query.get('token')
  if (token === null) throw oauthError(400, 'invalid_request', 'token is missing')
  call.company.tokens.revoke(token)
  return reply(200, { success: true })
}

function authenticatedApp({ company, headers }: Call): OAuthApp {
  const encoded = /^Basic (\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? ''
  const [clientId = '', clientSecret = ''] = Buffer.from(encoded, 'base64').toString().split(':')
  const app = company.tokens.apps.get(clientId)
  if (app === undefined || app.clientSecret !== clientSecret) {
    throw oauthError(401, 'invalid_client', 'Unknown client id or wrong secret')
  }
  return app
}

function answer(call: Call, app: OAuthApp, refresh: RefreshToken): Reply<TokenAnswer> {
  const { token } = call.company.tokens.issueAccess(refresh, call.now)
  return reply(200, {
    access_token: token,
    token_type: 'Bearer',
    refresh_token: refresh.token,
    scope: app.scopes.join(','),
    expires_in: accessTokenSeconds,
    api_domain: call.base,
  })
}
