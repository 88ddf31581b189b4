/** Every endpoint of the local Pipedrive. */
import { fieldRoutes } from './field-route-table.ts'
import {
  leadRoutes,
  mergeRoutes,
  noteRoutes,
  recentsRoutes,
  userRoutes,
  webhookRoutes,
} from './first-version-route-table.ts'
import { authorize, issueToken, revoke } from './oauth-routes.ts'
import { recordRoutes } from './record-route-table.ts'
import { type Route, open } from '../request/route.ts'

const oauthRoutes: readonly Route[] = [
  open('GET /oauth/authorize', authorize),
  open('POST /oauth/token', issueToken),
  open('POST /oauth/revoke', revoke),
]

export const routes: readonly Route[] = [
  ...oauthRoutes,
  ...recordRoutes,
  ...fieldRoutes,
  ...userRoutes,
  ...leadRoutes,
  ...noteRoutes,
  ...mergeRoutes,
  ...recentsRoutes,
  ...webhookRoutes,
]
