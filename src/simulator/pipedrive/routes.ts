/** Every endpoint of the local Pipedrive. */
import { costs } from './costs.ts'
import { recordRoutes } from './record-route-table.ts'
import { authorize, issueToken, revoke } from './oauth-routes.ts'
import { type Route, open, v1 } from './route.ts'
import { scopes } from './scopes.ts'
import * as users from './user-routes.ts'

const userRead = { operation: 'user_read', object: 'user' } as const

export const userRoutes: readonly Route[] = [
  ...v1('GET /users', { ...userRead, cost: costs.v1.list, scope: scopes.users }, users.listUsers),
  ...v1('GET /users/me', { ...userRead, cost: costs.v1.me, scope: scopes.none }, users.readSelf),
  ...v1('GET /users/:id', { ...userRead, cost: costs.v1.get, scope: scopes.users }, users.readUser),
]

const oauthRoutes: readonly Route[] = [
  open('GET /oauth/authorize', authorize),
  open('POST /oauth/token', issueToken),
  open('POST /oauth/revoke', revoke),
]

export const routes: readonly Route[] = [...oauthRoutes, ...userRoutes, ...recordRoutes]
