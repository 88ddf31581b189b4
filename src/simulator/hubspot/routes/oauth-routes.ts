/** Access tokens for OAuth apps: given for a code or a refresh token, described, and taken away. */
import type { AccessTokenInfoResponse } from '@hubspot/api-client/lib/codegen/oauth/models/AccessTokenInfoResponse.js'
import type { AccessTokenResponse } from '@hubspot/api-client/lib/codegen/oauth/models/AccessTokenResponse.js'
import type { ClientCredentialsTokenResponse } from '@hubspot/api-client/lib/codegen/oauth/models/ClientCredentialsTokenResponse.js'
import type { RefreshTokenInfoResponse } from '@hubspot/api-client/lib/codegen/oauth/models/RefreshTokenInfoResponse.js'
import type { TokenResponseIF } from '@hubspot/api-client/lib/codegen/oauth/models/TokenResponseIF.js'
import { ApiError, notFound } from '../wire/api-error.ts'
import { noContent, param, reply } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { oauthError } from '../wire/oauth-error.ts'
import { accessTokenSeconds } from '../store/tokens.ts'
import type { OAuthApp, RefreshToken, Scopes } from '../store/tokens.ts'
import type { SnakeWire } from '../wire/wire.ts'

type TokenAnswer =
  | SnakeWire<TokenResponseIF>
  | SnakeWire<AccessTokenResponse>
  | SnakeWire<ClientCredentialsTokenResponse>

/** Every version but the first takes its parameters from the body only, and says more. */
export function issueToken(call: Call): Reply<TokenAnswer> {
  const first = param(call, 'version') === 'v1'
  const form = new URLSearchParams(call.body ?? '')
  const read = (name: string) => form.get(name) ?? (first ? call.query.get(name) : null) ?? ''
  const app = call.portal.tokens.apps.get(read('client_id'))
  if (app === undefined || app.clientSecret !== read('client_secret')) {
    throw oauthError(
      first,
      'BAD_CLIENT_SECRET',
      'missing or invalid client secret',
      'invalid_client',
    )
  }
  switch (read('grant_type')) {
    case 'refresh_token': {
      const refresh = call.portal.tokens.refreshTokens.get(read('refresh_token'))
      if (refresh === undefined || refresh.clientId !== app.clientId) {
        throw oauthError(
          first,
          'BAD_REFRESH_TOKEN',
          'missing or unknown refresh token',
          'invalid_grant',
        )
      }
      return reply(200, answer(call, first, app, refresh))
    }
    case 'authorization_code': {
      useCode(call, first, app, read('code'))
      const refresh = call.portal.tokens.issueRefresh(app.clientId, 1)
      return reply(200, answer(call, first, app, refresh))
    }
    case 'client_credentials':
      if (!first) return reply(200, credentialsAnswer(call, app))
      break
    default:
      break
  }
  throw oauthError(
    first,
    'BAD_GRANT_TYPE',
    'missing or unknown grant type',
    'unsupported_grant_type',
  )
}

function useCode(call: Call, first: boolean, app: OAuthApp, code: string): void {
  const { tokens } = call.portal
  const known = tokens.codes.get(code)
  if (known === undefined || known.used || known.clientId !== app.clientId) {
    throw oauthError(first, 'BAD_AUTH_CODE', 'missing or unknown auth code', 'invalid_grant')
  }
  if (known.expiresAt <= call.now) {
    throw oauthError(first, 'EXPIRED_AUTH_CODE', 'the auth code has expired', 'invalid_grant')
  }
  tokens.useCode(known)
}

/** The refresh token stays the same as long as the app is installed. */
function answer(call: Call, first: boolean, app: OAuthApp, refresh: RefreshToken): TokenAnswer {
  const { token } = call.portal.tokens.issueAccess(app.clientId, refresh.userId, call.now)
  const common = {
    token_type: 'bearer',
    access_token: token,
    refresh_token: refresh.token,
    expires_in: accessTokenSeconds,
  }
  if (first) return common
  const more = { hub_id: call.portal.id, user_id: refresh.userId, scopes: listOf(app.scopes) }
  return { ...common, ...more, token_use: 'access_token' }
}

function credentialsAnswer(call: Call, app: OAuthApp): SnakeWire<ClientCredentialsTokenResponse> {
  const { token } = call.portal.tokens.issueAccess(app.clientId, 0, call.now)
  return {
    token_type: 'bearer',
    access_token: token,
    expires_in: accessTokenSeconds,
    hub_id: call.portal.id,
    scopes: listOf(app.scopes),
    token_use: 'client_credentials',
  }
}

export function describeAccess(call: Call): Reply<SnakeWire<AccessTokenInfoResponse>> {
  const token = call.portal.tokens.accessTokens.get(param(call, 'token'))
  if (token === undefined) throw notFound()
  const { app, info } = tokenInfo(call, token)
  return reply(200, {
    ...info,
    app_id: app.appId,
    expires_in: Math.max(0, Math.floor((token.expiresAt - call.now) / 1000)),
    token_type: 'access',
  })
}

export function describeRefresh(call: Call): Reply<SnakeWire<RefreshTokenInfoResponse>> {
  const token = call.portal.tokens.refreshTokens.get(param(call, 'token'))
  if (token === undefined) throw notFound()
  const { app, info } = tokenInfo(call, token)
  return reply(200, {
    ...info,
    client_id: app.clientId,
    token_type: 'refresh',
  })
}

/** What both kinds of tokens tell of themselves. */
function tokenInfo({ portal }: Call, { token, clientId, userId }: RefreshToken) {
  const app = portal.tokens.apps.get(clientId)
  if (app === undefined) throw notFound()
  const scopes = listOf(app.scopes)
  const user = { user: 'user@example.com', user_id: userId }
  const hub = { hub_id: portal.id, hub_domain: 'example.com' }
  return { app, info: { token, ...user, ...hub, scopes } }
}

export function deleteRefresh(call: Call): Reply<never> {
  call.portal.tokens.refreshTokens.delete(param(call, 'token'))
  return noContent
}

/** Whether a token is in force, as the newer versions ask. */
export function introspect(
  call: Call,
): Reply<{ readonly active: boolean; readonly token_use?: string }> {
  const { tokens } = call.portal
  const token = new URLSearchParams(call.body ?? '').get('token') ?? ''
  const access = tokens.accessTokens.get(token)
  if (access !== undefined && access.expiresAt > call.now) {
    return reply(200, { active: true, token_use: 'access_token' })
  }
  if (tokens.refreshTokens.has(token))
    return reply(200, { active: true, token_use: 'refresh_token' })
  return reply(200, { active: false })
}

export function revoke(call: Call): Reply<Record<string, never>> {
  const { tokens } = call.portal
  const token = new URLSearchParams(call.body ?? '').get('token')
  if (token === null) throw new ApiError(400, { message: 'missing token' })
  tokens.refreshTokens.delete(token)
  tokens.accessTokens.delete(token)
  return reply(200, {})
}

function listOf(scopes: Scopes): readonly string[] {
  return scopes === 'all' ? ['oauth'] : scopes
}
