/** Owners, the account, and the tokens of OAuth apps. */
import { expect } from 'vitest'
import type { Call } from '../caller.ts'
import { type Endpoint, pageOf, refused } from '../endpoint.ts'
import { secrets } from '../portal.ts'
import { notFound } from './messages.ts'

const owners =
  (limit?: number, after?: string): Call =>
  ({ client }) =>
    client.crm.owners.ownersApi.getPageWithHttpInfo(undefined, after, limit)

const owner =
  (id: number): Call =>
  ({ client }) =>
    client.crm.owners.ownersApi.getByIdWithHttpInfo(id)

export const accountEndpoints: readonly Endpoint[] = [
  {
    route: 'GET /crm/v3/owners',
    call: owners(),
    status: 200,
    shows: { results: [{ id: '1', email: 'ann@x.com' }, { id: '2' }] },
    pages: {
      first: owners(1),
      next: (after) => owners(1, after),
      read: pageOf,
      ids: ['1', '2'],
      linked: true,
    },
    refusals: [
      refused('400 request', 'no cursor', owners(1, 'x'), /^Invalid after: x$/),
      refused('400 limit', 'more than 100', owners(101), /exceeds the maximum of 100$/),
    ],
  },
  {
    route: 'GET /crm/v3/owners/:id',
    call: owner(1),
    status: 200,
    shows: { id: '1', firstName: 'Ann' },
    refusals: [refused('404', 'an owner that is not there', owner(99), notFound)],
  },
  {
    route: 'GET /account-info/v3/details',
    call: ({ request }) => request('GET', '/account-info/v3/details'),
    status: 200,
    shows: { portalId: 62515, timeZone: 'UTC' },
  },
  {
    route: 'GET /account-info/v3/api-usage/daily/private-apps',
    call: ({ request }) => request('GET', '/account-info/v3/api-usage/daily/private-apps'),
    status: 200,
    shows: { results: [{ currentUsage: 1, fetchStatus: 'SUCCESS' }] },
  },
]

/** What a grant is asked with; each part may be another. */
interface Grant {
  readonly type?: string
  readonly secret?: string
  readonly code?: string
  readonly refresh?: string
}

const refresh = 'refresh_token'

const issue =
  ({ type = refresh, secret = secrets.clientSecret, code, refresh: token }: Grant = {}): Call =>
  ({ client }) =>
    client.oauth.tokensApi.createWithHttpInfo(
      type,
      code,
      'http://x',
      secrets.clientId,
      secret,
      token ?? secrets.refreshToken,
    )

const issueLater =
  ({
    type = refresh,
    secret = secrets.clientSecret,
    code = '',
    refresh: token,
  }: Grant = {}): Call =>
  ({ post }) =>
    post('/oauth/v3/token', {
      grant_type: type,
      client_id: secrets.clientId,
      client_secret: secret,
      code,
      refresh_token: token ?? secrets.refreshToken,
    })

/** How each grant is refused: the first version's status and message, and OAuth's word for it. */
const refusedGrants: readonly (readonly [string, Grant, string, RegExp, string])[] = [
  [
    'an unknown refresh token',
    { refresh: 'no' },
    'BAD_REFRESH_TOKEN',
    /^missing or unknown refresh token$/,
    'invalid_grant',
  ],
  [
    'a code that was used',
    { type: 'authorization_code', code: 'code-used' },
    'BAD_AUTH_CODE',
    /^missing or unknown auth code$/,
    'invalid_grant',
  ],
  [
    'a code that is too old',
    { type: 'authorization_code', code: 'code-expired' },
    'EXPIRED_AUTH_CODE',
    /^the auth code has expired$/,
    'invalid_grant',
  ],
  [
    'a wrong secret',
    { secret: 'no' },
    'BAD_CLIENT_SECRET',
    /^missing or invalid client secret$/,
    'invalid_client',
  ],
  [
    'no known grant',
    { type: 'password' },
    'BAD_GRANT_TYPE',
    /^missing or unknown grant type$/,
    'unsupported_grant_type',
  ],
]

export const oauthEndpoints: readonly Endpoint[] = [
  {
    route: 'POST /oauth/:version/token',
    call: issue(),
    status: 200,
    shows: { tokenType: 'bearer', refreshToken: secrets.refreshToken, expiresIn: 1800 },
    refusals: [
      ...refusedGrants.map(([what, grant, status, message]) =>
        refused('400 grant', `${what}, in v1`, issue(grant), message, { body: { status } }),
      ),
      ...refusedGrants.map(([what, grant, status, message, error]) =>
        refused('400 grant', `${what}, in v3`, issueLater(grant), message, {
          body: { status, error, error_description: expect.stringMatching(message) },
        }),
      ),
    ],
  },
  {
    route: 'POST /oauth/:version/token',
    way: 'with a code',
    call: issue({ type: 'authorization_code', code: 'code-good' }),
    status: 200,
    shows: { tokenType: 'bearer', expiresIn: 1800 },
  },
  {
    route: 'POST /oauth/:version/token',
    way: 'in v3',
    call: issueLater(),
    status: 200,
    shows: { token_use: 'access_token', hub_id: 62515, expires_in: 1800 },
  },
  {
    route: 'POST /oauth/:version/token/introspect',
    call: ({ post }) => post('/oauth/v3/token/introspect', { token: secrets.refreshToken }),
    status: 200,
    shows: { active: true, token_use: 'refresh_token' },
  },
  {
    route: 'POST /oauth/:version/token/revoke',
    call: ({ post }) => post('/oauth/v3/token/revoke', { token: secrets.refreshToken }),
    status: 200,
    refusals: [
      refused(
        '400 grant',
        'no token',
        ({ post }) => post('/oauth/v3/token/revoke', {}),
        /^missing token$/,
      ),
    ],
  },
  {
    route: 'GET /oauth/v1/access-tokens/:token',
    call: ({ client }) => client.oauth.accessTokensApi.getWithHttpInfo('access-1'),
    status: 200,
    shows: { hubId: 62515, appId: 5, scopes: ['oauth'] },
    refusals: [
      refused(
        '404',
        'an unknown token',
        ({ client }) => client.oauth.accessTokensApi.getWithHttpInfo('no'),
        notFound,
      ),
    ],
  },
  {
    route: 'GET /oauth/v1/refresh-tokens/:token',
    call: ({ client }) => client.oauth.refreshTokensApi.getWithHttpInfo(secrets.refreshToken),
    status: 200,
    shows: { hubId: 62515, clientId: secrets.clientId },
    refusals: [
      refused(
        '404',
        'an unknown token',
        ({ client }) => client.oauth.refreshTokensApi.getWithHttpInfo('no'),
        notFound,
      ),
    ],
  },
  {
    route: 'DELETE /oauth/v1/refresh-tokens/:token',
    call: ({ client }) => client.oauth.refreshTokensApi.archiveWithHttpInfo(secrets.refreshToken),
    status: 204,
  },
]
