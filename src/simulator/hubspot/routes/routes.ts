/** Every endpoint of the local HubSpot. */
import {
  associationRoutes,
  oauthRoutes,
  pipelineRoutes,
  schemaRoutes,
} from './portal-route-table.ts'
import { accountRoutes, propertyRoutes, recordRoutes } from './record-route-table.ts'
import type { Route } from '../request/route.ts'

export const routes: readonly Route[] = [
  ...recordRoutes,
  ...propertyRoutes,
  ...accountRoutes,
  ...associationRoutes,
  ...pipelineRoutes,
  ...schemaRoutes,
  ...oauthRoutes,
]
