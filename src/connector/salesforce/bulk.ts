/**
 * Bulk API 2.0 ingest: a job is created, its file is uploaded, and closing it begins the work. Never
 * created together with its data: the job's id must be known before anything can be written by it.
 */
import { operationKinds } from '../../model/operation.ts'
import {
  type Bulk,
  type BulkJobState,
  type BulkLimits,
  type BulkLoad,
  jobTooLarge,
} from '../bulk.ts'
import { RequestFailure } from '../connector.ts'
import type { WriteOptions, WriteResult } from '../write.ts'
import { textIn } from '../http/json.ts'
import type { HttpRequest } from '../http/transport.ts'
import { ask, askForRecords, type DataRequest, jsonObject, type SalesforceApi } from './api.ts'
import { isUntellable, lineEnding, writeFile } from './bulk-file.ts'
import { resultsOf } from './bulk-results.ts'
import { withGone } from './deleted-record.ts'
import type { SalesforceOptions } from './options.ts'
import { refusal, type Shape, shapeOf, storedValues } from './write.ts'

export const bulkLimits: BulkLimits = {
  // One batch of Salesforce's own: more would only keep more rows waiting for one answer.
  rows: 10_000,
  calls: 7,
  timing: {
    // A batch gets ten minutes at most and twenty tries, which is less: a job that takes longer is stuck, or waits
    // behind others.
    patienceMs: 4 * 3_600_000,
    // Told to end, a job ends the batch that it is at.
    endingPatienceMs: 15 * 60_000,
    shortestPauseMs: 1_000,
    longestPauseMs: 20_000,
  },
}

/** Salesforce takes 150 MB of base64, which is three bytes in four characters. */
const mostBytes = 100_000_000

/** The vendor's page that states the steps and sizes of jobs. */
export const bulkSource =
  'https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/create_job.htm'

export function bulkOf(
  api: SalesforceApi,
  { allow_duplicates }: Pick<SalesforceOptions, 'allow_duplicates'>,
): Bulk {
  return {
    // Of all headers, the one that lets duplicates pass is taken by requests alone.
    kinds: allow_duplicates ? ['delete'] : operationKinds,
    open: (load, options) => open(api, load, options),
    fill: (id, load, options) => fill(api, id, load, options),
    start: (id, options) => start(api, id, options),
    state: (id) => state(api, id),
    results: (id, load) => results(api, id, load),
    abort: (id) => abort(api, id),
  }
}

const operations = {
  create: 'insert',
  update: 'update',
  upsert: 'upsert',
  delete: 'delete',
} as const

/** Of an object that Bulk does not know, and while the day's batches are used up, requests do the work. */
const notByJob = ['INVALIDENTITY', 'FEATURENOTENABLED', 'EXCEEDEDQUOTA']

async function open(
  api: SalesforceApi,
  load: BulkLoad,
  { beforeSend }: WriteOptions,
): Promise<string | null> {
  const shape = await shapeOf(api, load.object, load.inputs)
  if (!isTellable(shape, load) || isRefused(shape, load)) return null
  try {
    return await askForRecords(api, {
      method: 'POST',
      path: '/jobs/ingest',
      endpoint: 'POST /jobs/ingest',
      body: {
        object: shape.sobject.name,
        operation: operations[load.operation],
        ...(load.operation === 'upsert' ? { externalIdFieldName: load.uniqueField } : {}),
        contentType: 'CSV',
        lineEnding,
        columnDelimiter: 'COMMA',
      },
      effect: 'write',
      beforeSend,
      parse: (response) => {
        const id = textIn(jsonObject(response), 'id')
        if (id !== null) return id
        const message = 'Salesforce answered the opening of a job without its id'
        throw new RequestFailure({ kind: 'unknown', reason: 'unreadable', message })
      },
    })
  } catch (error) {
    if (error instanceof RequestFailure && notByJob.includes(error.reason)) return null
    throw ofNoRecord(error)
  }
}

/** Of values as they stand in the file. */
function isTellable(shape: Shape, { inputs }: BulkLoad): boolean {
  return !inputs.some(({ values }) => Object.values(storedValues(shape, values)).some(isUntellable))
}

/** Not one record would be left to send. */
function isRefused(shape: Shape, { inputs }: BulkLoad): boolean {
  return inputs.every((input) => refusal(shape, input) !== null)
}

/** The request carried no record, so that it would be refused with fewer of them just the same. */
function ofNoRecord(error: unknown): unknown {
  if (!(error instanceof RequestFailure) || error.kind !== 'poisoned') return error
  const { message, status, reason, correlationId } = error
  const details = { message, status, reason, correlationId, cause: error }
  return new RequestFailure({ kind: 'invalid', ...details })
}

async function fill(
  api: SalesforceApi,
  id: string,
  load: BulkLoad,
  { beforeSend }: WriteOptions,
): Promise<void> {
  const text = writeFile(await shapeOf(api, load.object, load.inputs), load)
  if (Buffer.byteLength(text) > mostBytes) {
    const message = `a job takes at most ${mostBytes} bytes`
    throw new RequestFailure({ kind: 'poisoned', reason: jobTooLarge, message })
  }
  await askForRecords(api, {
    ...ofJob('PUT', id, '/batches'),
    content: { type: 'text/csv; charset=utf-8', text },
    effect: 'write',
    beforeSend,
    parse: () => undefined,
  })
}

async function start(api: SalesforceApi, id: string, { beforeSend }: WriteOptions): Promise<void> {
  try {
    await close(api, id, 'UploadComplete', beforeSend)
  } catch (error) {
    // Told before, and the answer was lost.
    if (!isWrongState(error) || (await state(api, id)) === 'open') throw ofNoRecord(error)
  }
}

async function abort(api: SalesforceApi, id: string): Promise<void> {
  try {
    await close(api, id, 'Aborted')
  } catch (error) {
    if (!isWrongState(error) && !isGone(error)) throw error
  }
}

function close(
  api: SalesforceApi,
  id: string,
  to: 'UploadComplete' | 'Aborted',
  beforeSend?: () => void,
): Promise<void> {
  return ask(api, {
    ...ofJob('PATCH', id),
    body: { state: to },
    effect: 'write',
    beforeSend,
    parse: () => undefined,
  })
}

const states: Readonly<Record<string, BulkJobState>> = {
  Open: 'open',
  UploadComplete: 'working',
  InProgress: 'working',
  JobComplete: 'ended',
  Failed: 'ended',
  Aborted: 'ended',
}

async function state(api: SalesforceApi, id: string): Promise<BulkJobState> {
  try {
    return await ask(api, {
      ...ofJob('GET', id),
      effect: 'read',
      parse: (response) => {
        const told = textIn(jsonObject(response), 'state') ?? ''
        const known = states[told]
        if (known !== undefined) return known
        const message = `Salesforce answered with the state “${told}” of a job`
        throw new RequestFailure({ kind: 'unknown', reason: 'unreadable', message })
      },
    })
  } catch (error) {
    if (isGone(error)) return 'gone'
    throw error
  }
}

async function results(
  api: SalesforceApi,
  id: string,
  load: BulkLoad,
): Promise<readonly WriteResult[]> {
  const [successful, failed, unprocessed] = await Promise.all([
    resultFile(api, id, 'successfulResults'),
    resultFile(api, id, 'failedResults'),
    resultFile(api, id, 'unprocessedrecords'),
  ])
  const shape = await shapeOf(api, load.object, load.inputs)
  const told = resultsOf(shape, load, { successful, failed, unprocessed })
  if (load.operation !== 'update') return told
  const ids = load.inputs.map((input) => input.id ?? '')
  return withGone(api, ids, told, load)
}

/** Empty where Salesforce has none: of a job that was ended before it began. */
async function resultFile(api: SalesforceApi, id: string, which: string): Promise<string> {
  try {
    return await ask(api, {
      ...ofJob('GET', id, `/${which}/`),
      effect: 'read',
      parse: ({ body }) => body,
    })
  } catch (error) {
    if (isWrongState(error) || isGone(error)) return ''
    throw error
  }
}

function ofJob(
  method: HttpRequest['method'],
  id: string,
  below = '',
): Pick<DataRequest<unknown>, 'method' | 'path' | 'endpoint'> {
  return {
    method,
    path: `/jobs/ingest/${id}${below}`,
    endpoint: `${method} /jobs/ingest/{job}${below}`,
  }
}

function isWrongState(error: unknown): boolean {
  return error instanceof RequestFailure && ['INVALIDJOBSTATE', 'INVALIDJOB'].includes(error.reason)
}

/** By Salesforce's own word: a page that answers 404 in its place says nothing of a job. */
function isGone(error: unknown): boolean {
  return error instanceof RequestFailure && error.status === 404 && error.reason === 'NOT_FOUND'
}
