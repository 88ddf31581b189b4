/** Signing in: one token endpoint, a grant for each flow. No answer says how long a token lives. */
import { createHmac } from 'node:crypto'
import { OAuthError } from '../wire/api-error.ts'
import { isVerified } from '../store/authorization-codes.ts'
import { reply } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { isSignedBy, readAssertion } from './jwt.ts'
import type { StoredRecord } from '../store/records.ts'
import type { ConnectedApp } from '../store/sessions.ts'
import { isActive, userNamed } from '../store/users.ts'
import type { WireToken } from '../wire/wire.ts'

type Form = URLSearchParams
interface Grant {
  readonly app: ConnectedApp
  readonly username: string
  readonly refreshToken?: string
}
type Flow = (call: Call, form: Form) => Grant

const longestAssertion = 5 * 60_000
/** Clocks differ a little. */
const clockSkew = 60_000

const flows: Readonly<Record<string, Flow>> = {
  client_credentials: clientCredentials,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': jwtBearer,
  password,
  refresh_token: refresh,
  authorization_code: webServer,
}

export function issueToken(call: Call): Reply<WireToken> {
  const form = new URLSearchParams(call.body ?? '')
  const flow = flows[form.get('grant_type') ?? '']
  if (flow === undefined) {
    throw new OAuthError('unsupported_grant_type', 'grant type not supported')
  }
  const { app, username, refreshToken } = flow(call, form)
  const user = activeUser(call, username)
  call.limits.admitSignIn(user.id, call.now)
  const session = call.org.sessions.open(user.id, call.now)
  const id = `${call.base}/id/${call.org.id}/${user.id}`
  const issuedAt = String(call.now)
  return reply(200, {
    access_token: session.token,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    signature: createHmac('sha256', app.clientSecret).update(`${id}${issuedAt}`).digest('base64'),
    scope: 'api refresh_token',
    instance_url: call.base,
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
  })
}

/** Says of a token whether it is of use; asking does not make it last. */
export function introspect(
  call: Call,
): Reply<{ active: boolean; [claim: string]: string | boolean | number }> {
  const form = new URLSearchParams(call.body ?? '')
  const app = clientOf(call, form)
  const session = call.org.sessions.sessions.get(form.get('token') ?? '')
  const expiresAt = session?.expiresAt ?? Infinity
  if (session === undefined || expiresAt <= call.now) return reply(200, { active: false })
  return reply(200, {
    active: true,
    client_id: app.clientId,
    username: call.org.username(session.userId),
    token_type: 'access_token',
    ...(expiresAt === Infinity ? {} : { exp: Math.floor(expiresAt / 1000) }),
  })
}

export function revoke(call: Call): Reply<never> {
  const token = new URLSearchParams(call.body ?? '').get('token') ?? call.query.get('token') ?? ''
  const { sessions } = call.org
  const known = sessions.sessions.delete(token) || sessions.refreshTokens.delete(token)
  if (!known) throw new OAuthError('unsupported_token_type', 'this token type is not supported')
  return { status: 200, body: null }
}

/** The app of the request, by the form or by a Basic header. */
function clientOf({ org, headers }: Call, form: Form): ConnectedApp {
  const basic = /^Basic (.+)$/i.exec(headers['authorization'] ?? '')?.[1]
  const [name, word] =
    basic === undefined
      ? [form.get('client_id') ?? '', form.get('client_secret')]
      : Buffer.from(basic, 'base64').toString('utf8').split(':')
  const app = org.sessions.apps.get(name ?? '')
  if (app === undefined) throw new OAuthError('invalid_client_id', 'client identifier invalid')
  if (word !== app.clientSecret)
    throw new OAuthError('invalid_client', 'invalid client credentials')
  return app
}

function clientCredentials(call: Call, form: Form): Grant {
  if (/^https?:\/\/(login|test)\./.test(call.base)) {
    throw new OAuthError('invalid_grant', 'request not supported on this domain')
  }
  const app = clientOf(call, form)
  if (app.runAs === undefined) {
    throw new OAuthError('invalid_grant', 'no client credentials user enabled')
  }
  return { app, username: app.runAs }
}

function jwtBearer({ org, base, now }: Call, form: Form): Grant {
  const token = form.get('assertion') ?? ''
  const assertion = readAssertion(token)
  const app = org.sessions.apps.get(assertion.issuer)
  if (app === undefined) throw new OAuthError('invalid_client_id', 'client identifier invalid')
  if (app.certificate === undefined || !isSignedBy(token, app.certificate)) {
    throw new OAuthError('invalid_grant', 'invalid assertion')
  }
  const audiences = ['https://login.salesforce.com', 'https://test.salesforce.com', base]
  if (!audiences.includes(assertion.audience)) {
    throw new OAuthError('invalid_grant', 'audience is invalid')
  }
  const left = assertion.expiresAt - now
  if (!(left > 0 && left <= longestAssertion + clockSkew)) {
    throw new OAuthError('invalid_grant', 'expired authorization code')
  }
  if (app.preauthorized?.includes(assertion.subject) === false) {
    throw new OAuthError('invalid_grant', "user hasn't approved this consumer")
  }
  return { app, username: assertion.subject }
}

function password(call: Call, form: Form): Grant {
  const app = clientOf(call, form)
  const username = form.get('username') ?? ''
  const login = call.org.sessions.logins.get(username)
  if (login === undefined || login.password !== form.get('password')) {
    throw new OAuthError('invalid_grant', 'authentication failure')
  }
  return { app, username }
}

function webServer(call: Call, form: Form): Grant {
  const { sessions } = call.org
  const app = clientOf(call, form)
  const given = sessions.codes.redeem(form.get('code') ?? '', call.now)
  if (given === null || given.clientId !== app.clientId) {
    throw new OAuthError('invalid_grant', 'expired authorization code')
  }
  if (form.get('redirect_uri') !== given.redirectUri) {
    throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration')
  }
  if (!isVerified(given, form.get('code_verifier') ?? '')) {
    throw new OAuthError('invalid_grant', 'invalid code verifier')
  }
  const { username } = given
  const { token } = sessions.newRefreshToken(app.clientId, username, call.now)
  return { app, username, refreshToken: token }
}

function refresh(call: Call, form: Form): Grant {
  const { sessions } = call.org
  const known = sessions.refreshTokens.get(form.get('refresh_token') ?? '')
  // An app may be set up to need no secret here; what is sent must be right all the same.
  const app = form.has('client_secret')
    ? clientOf(call, form)
    : sessions.apps.get(form.get('client_id') ?? '')
  if (app === undefined) throw new OAuthError('invalid_client_id', 'client identifier invalid')
  if (known === undefined || known.clientId !== app.clientId) {
    throw new OAuthError('invalid_grant', 'expired access/refresh token')
  }
  const grant = { app, username: known.username }
  if (app.rotatesRefreshTokens !== true) return grant
  sessions.refreshTokens.delete(known.token)
  const next = sessions.newRefreshToken(app.clientId, known.username, call.now)
  return { ...grant, refreshToken: next.token }
}

function activeUser({ org }: Call, username: string): StoredRecord {
  const user = userNamed(org, username)
  if (user === null) throw new OAuthError('invalid_grant', 'authentication failure')
  if (!isActive(user)) throw new OAuthError('inactive_user', 'user is inactive')
  return user
}
