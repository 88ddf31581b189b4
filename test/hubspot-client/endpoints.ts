/** Every endpoint that the local HubSpot serves, as rows of the table. */
import type { Endpoint } from './endpoint.ts'
import { accountEndpoints, oauthEndpoints } from './endpoints/account.ts'
import { associationEndpoints } from './endpoints/associations.ts'
import { pipelineEndpoints } from './endpoints/pipelines.ts'
import { propertyEndpoints } from './endpoints/properties.ts'
import { recordBatchEndpoints } from './endpoints/record-batches.ts'
import { recordEndpoints } from './endpoints/records.ts'
import { schemaEndpoints } from './endpoints/schemas.ts'

export const endpoints: readonly Endpoint[] = [
  ...recordEndpoints,
  ...recordBatchEndpoints,
  ...propertyEndpoints,
  ...accountEndpoints,
  ...associationEndpoints,
  ...pipelineEndpoints,
  ...schemaEndpoints,
  ...oauthEndpoints,
]
