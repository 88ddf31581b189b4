/** Every endpoint of the local Salesforce. */
import { authorize } from '../auth/authorize-routes.ts'
import {
  createJob,
  getFailed,
  getJob,
  getSuccessful,
  getUnprocessed,
  listJobs,
  patchJob,
  removeJob,
  uploadData,
} from '../bulk/ingest-routes.ts'
import { createMany, deleteMany, readMany, updateMany, upsertMany } from './collection-routes.ts'
import { batch, composite } from './composite-routes.ts'
import { graphs } from './graph-routes.ts'
import { identity, userInfo } from '../auth/identity-routes.ts'
import { introspect, issueToken, revoke } from '../auth/oauth-routes.ts'
import { describeGlobal, describeObject, limits, resources, versions } from './org-routes.ts'
import { query, queryAll, queryMore } from './query-routes.ts'
import {
  getByKey,
  getRecord,
  patchByKey,
  patchRecord,
  postRecord,
  postWithoutKey,
  removeByKey,
  removeRecord,
} from './record-routes.ts'
import { type Route, route } from '../request/route.ts'
import { createTree } from './tree-routes.ts'

const data = '/services/data/:version'
const object = `${data}/sobjects/:type`
const collection = `${data}/composite/sobjects`
const jobs = `${data}/jobs/ingest`

export const routes: readonly Route[] = [
  route('GET /services/data', 'versions', versions, true),
  route('GET /services/oauth2/authorize', 'oauth', authorize, true),
  route('POST /services/oauth2/token', 'oauth', issueToken, true),
  route('POST /services/oauth2/introspect', 'oauth', introspect, true),
  route('POST /services/oauth2/revoke', 'oauth', revoke, true),
  route('GET /services/oauth2/userinfo', 'identity', userInfo),
  route('GET /id/:org/:user', 'identity', identity),
  route(`GET ${data}`, 'identity', resources),
  route(`GET ${data}/limits`, 'limits', limits),
  route(`GET ${data}/query`, 'query', query),
  route(`GET ${data}/queryAll`, 'query', queryAll),
  route(`GET ${data}/query/:locator`, 'query_more', queryMore),
  route(`GET ${data}/queryAll/:locator`, 'query_more', queryMore),
  route(`POST ${data}/composite`, 'composite', composite),
  route(`POST ${data}/composite/batch`, 'composite', batch),
  route(`POST ${data}/composite/graph`, 'composite', graphs),
  route(`POST ${data}/composite/tree/:type`, 'composite', createTree),
  route(`POST ${collection}`, 'collection_create', createMany),
  route(`PATCH ${collection}`, 'collection_update', updateMany),
  route(`DELETE ${collection}`, 'collection_delete', deleteMany),
  route(`PATCH ${collection}/:type/:field`, 'collection_upsert', upsertMany),
  route(`POST ${collection}/:type`, 'collection_read', readMany),
  route(`GET ${collection}/:type`, 'collection_read', readMany),
  route(`GET ${data}/sobjects`, 'describe', describeGlobal),
  route(`GET ${object}/describe`, 'describe', describeObject),
  route(`POST ${object}`, 'create', postRecord),
  route(`POST ${object}/Id`, 'upsert', postWithoutKey),
  route(`GET ${object}/:id`, 'read', getRecord),
  route(`PATCH ${object}/:id`, 'update', patchRecord),
  route(`DELETE ${object}/:id`, 'delete', removeRecord),
  route(`GET ${object}/:field/:value`, 'read', getByKey),
  route(`PATCH ${object}/:field/:value`, 'upsert', patchByKey),
  route(`DELETE ${object}/:field/:value`, 'delete', removeByKey),
  route(`POST ${jobs}`, 'create_job', createJob),
  route(`GET ${jobs}`, 'list_jobs', listJobs),
  route(`PUT ${jobs}/:job/batches`, 'upload', uploadData),
  route(`PATCH ${jobs}/:job`, 'close_job', patchJob),
  route(`GET ${jobs}/:job`, 'job_state', getJob),
  route(`DELETE ${jobs}/:job`, 'delete_job', removeJob),
  route(`GET ${jobs}/:job/successfulResults`, 'job_results', getSuccessful),
  route(`GET ${jobs}/:job/failedResults`, 'job_results', getFailed),
  route(`GET ${jobs}/:job/unprocessedrecords`, 'job_results', getUnprocessed),
]
