/** The routes of records, properties, owners and the account. */
import { readAccount, readUsage } from './account-routes.ts'
import { batchCreate, batchUpdate, batchUpsert } from './batch-write.ts'
import { listOwners, readOwner } from './owner-routes.ts'
import * as properties from './property-routes.ts'
import { batchRead, listRecords, readRecord } from './record-read.ts'
import * as records from './record-routes.ts'
import { route } from '../request/route.ts'
import type { Route } from '../request/route.ts'
import { searchRecords } from '../search/search.ts'

const objects = '/crm/v3/objects/:type'
const definitions = '/crm/v3/properties/:type'

export const recordRoutes: readonly Route[] = [
  route(`GET ${objects}`, { operation: 'list', scope: 'object.read' }, listRecords),
  route(`POST ${objects}`, { operation: 'create', scope: 'object.write' }, records.createRecord),
  route(
    `POST ${objects}/search`,
    { operation: 'search', scope: 'object.read', limit: 'search' },
    searchRecords,
  ),
  route(
    `POST ${objects}/merge`,
    { operation: 'merge', scope: 'object.write' },
    records.mergeRecord,
  ),
  route(
    `POST ${objects}/gdpr-delete`,
    { operation: 'gdpr_delete', scope: 'object.write' },
    records.eraseContact,
  ),
  route(`GET ${objects}/:id`, { operation: 'read', scope: 'object.read' }, readRecord),
  route(
    `PATCH ${objects}/:id`,
    { operation: 'update', scope: 'object.write' },
    records.updateRecord,
  ),
  route(
    `DELETE ${objects}/:id`,
    { operation: 'archive', scope: 'object.write' },
    records.deleteRecord,
  ),
  route(`POST ${objects}/batch/read`, { operation: 'batch_read', scope: 'object.read' }, batchRead),
  route(
    `POST ${objects}/batch/create`,
    { operation: 'batch_create', scope: 'object.write' },
    batchCreate,
  ),
  route(
    `POST ${objects}/batch/update`,
    { operation: 'batch_update', scope: 'object.write' },
    batchUpdate,
  ),
  route(
    `POST ${objects}/batch/upsert`,
    { operation: 'batch_upsert', scope: 'object.write' },
    batchUpsert,
  ),
  route(
    `POST ${objects}/batch/archive`,
    { operation: 'batch_archive', scope: 'object.write' },
    records.batchArchive,
  ),
]

const reading = { operation: 'property_read', scope: 'schema.read' } as const
const writing = { operation: 'property_write', scope: 'schema.write' } as const

export const propertyRoutes: readonly Route[] = [
  route(`GET ${definitions}`, reading, properties.listProperties),
  route(`POST ${definitions}`, writing, properties.createProperty),
  route(`GET ${definitions}/groups`, reading, properties.listGroups),
  route(`POST ${definitions}/groups`, writing, properties.createGroup),
  route(`GET ${definitions}/groups/:name`, reading, properties.readGroup),
  route(`PATCH ${definitions}/groups/:name`, writing, properties.updateGroup),
  route(`DELETE ${definitions}/groups/:name`, writing, properties.archiveGroup),
  route(`POST ${definitions}/batch/create`, writing, properties.batchCreateProperties),
  route(`POST ${definitions}/batch/read`, reading, properties.batchReadProperties),
  route(`POST ${definitions}/batch/archive`, writing, properties.batchArchiveProperties),
  route(`GET ${definitions}/:name`, reading, properties.readProperty),
  route(`PATCH ${definitions}/:name`, writing, properties.updateProperty),
  route(`DELETE ${definitions}/:name`, writing, properties.archiveProperty),
]

const account = { operation: 'account', scope: 'none' } as const
const owners = { operation: 'owner_read', scope: 'owners.read' } as const

export const accountRoutes: readonly Route[] = [
  route('GET /crm/v3/owners', owners, listOwners),
  route('GET /crm/v3/owners/:id', owners, readOwner),
  route('GET /account-info/v3/details', account, readAccount),
  route('GET /account-info/v3/api-usage/daily/private-apps', account, readUsage),
]
