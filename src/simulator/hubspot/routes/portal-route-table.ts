/** The routes of associations, pipelines, schemas and OAuth. */
import * as batches from './association-batch.ts'
import * as associations from './association-routes.ts'
import * as labels from './label-routes.ts'
import * as oauth from './oauth-routes.ts'
import * as pipelines from './pipeline-routes.ts'
import { route } from '../request/route.ts'
import type { Route } from '../request/route.ts'
import * as schemas from './schema-routes.ts'

const pair = '/crm/v4/objects/:type/:id/associations'
const between = '/crm/v4/associations/:type/:to'

const linkRead = {
  operation: 'association_read',
  scope: 'object.read',
  limit: 'associations',
} as const
const linkWrite = {
  operation: 'association_write',
  scope: 'object.write',
  limit: 'associations',
} as const
const labelRead = { operation: 'label_read', scope: 'schema.read', limit: 'associations' } as const
const labelWrite = {
  operation: 'label_write',
  scope: 'schema.write',
  limit: 'associations',
} as const

export const associationRoutes: readonly Route[] = [
  route(`GET ${pair}/:to`, linkRead, associations.listAssociations),
  route(`PUT ${pair}/default/:to/:toId`, linkWrite, associations.associateDefault),
  route(`PUT ${pair}/:to/:toId`, linkWrite, associations.labelAssociation),
  route(`DELETE ${pair}/:to/:toId`, linkWrite, associations.archiveAssociation),
  route(`POST ${between}/batch/read`, linkRead, batches.batchReadAssociations),
  route(`POST ${between}/batch/create`, linkWrite, batches.batchCreateAssociations),
  route(`POST ${between}/batch/associate/default`, linkWrite, batches.batchAssociateDefault),
  route(`POST ${between}/batch/archive`, linkWrite, batches.batchArchiveAssociations),
  route(`POST ${between}/batch/labels/archive`, linkWrite, batches.batchArchiveLabels),
  route(`GET ${between}/labels`, labelRead, labels.listLabels),
  route(`POST ${between}/labels`, labelWrite, labels.createLabel),
  route(`PUT ${between}/labels`, labelWrite, labels.updateLabel),
  route(`DELETE ${between}/labels/:typeId`, labelWrite, labels.deleteLabel),
  route('GET /crm/v3/associations/:type/:to/types', labelRead, labels.listTypes),
]

const all = '/crm/v3/pipelines/:type'
const one = `${all}/:pipeline`
const pipelineRead = { operation: 'pipeline_read', scope: 'schema.read' } as const
const pipelineWrite = { operation: 'pipeline_write', scope: 'schema.write' } as const

export const pipelineRoutes: readonly Route[] = [
  route(`GET ${all}`, pipelineRead, pipelines.listPipelines),
  route(`POST ${all}`, pipelineWrite, pipelines.createPipeline),
  route(`GET ${one}`, pipelineRead, pipelines.readPipeline),
  route(`PATCH ${one}`, pipelineWrite, pipelines.updatePipeline),
  route(`DELETE ${one}`, pipelineWrite, pipelines.archivePipeline),
  route(`GET ${one}/stages`, pipelineRead, pipelines.listStages),
  route(`POST ${one}/stages`, pipelineWrite, pipelines.createStage),
  route(`GET ${one}/stages/:stage`, pipelineRead, pipelines.readStage),
  route(`PATCH ${one}/stages/:stage`, pipelineWrite, pipelines.updateStage),
  route(`DELETE ${one}/stages/:stage`, pipelineWrite, pipelines.archiveStage),
]

const schemaRead = { operation: 'schema_read', scope: 'custom_schema.read' } as const
const schemaWrite = { operation: 'schema_write', scope: 'custom_schema.write' } as const

/** The documents say `/crm/v3/schemas`; the official client calls the other path. */
export const schemaRoutes: readonly Route[] = [
  '/crm/v3/schemas',
  '/crm-object-schemas/v3/schemas',
].flatMap((base) => [
  route(`GET ${base}`, schemaRead, schemas.listSchemas),
  route(`POST ${base}`, schemaWrite, schemas.createSchema),
  route(`GET ${base}/:type`, schemaRead, schemas.readSchema),
  route(`PATCH ${base}/:type`, schemaWrite, schemas.updateSchema),
  route(`DELETE ${base}/:type`, schemaWrite, schemas.archiveSchema),
  route(`POST ${base}/:type/associations`, schemaWrite, schemas.createSchemaAssociation),
])

const open = { operation: 'oauth', scope: 'none', limit: 'none', open: true } as const

export const oauthRoutes: readonly Route[] = [
  route('POST /oauth/:version/token', open, oauth.issueToken),
  route('POST /oauth/:version/token/introspect', open, oauth.introspect),
  route('POST /oauth/:version/token/revoke', open, oauth.revoke),
  route('GET /oauth/v1/access-tokens/:token', open, oauth.describeAccess),
  route('GET /oauth/v1/refresh-tokens/:token', open, oauth.describeRefresh),
  route('DELETE /oauth/v1/refresh-tokens/:token', open, oauth.deleteRefresh),
]
