/** Bulk API 2.0: jobs that take a file of rows, write them in their own time, and tell by the row what came of it. */
import { notFound, refused, unsupportedMediaType } from '../wire/api-error.ts'
import { bodyObject, csvReply, noContent, param, reply, versionPath } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { makeId, normalId } from '../store/ids.ts'
import { shown } from '../wire/json.ts'
import type { WireJob, WireJobList, WireNewJob } from '../wire/wire.ts'
import { type IngestJob, closeJob, newJob } from '../store/ingest-job.ts'
import { invalidState, notAllowed, tooLarge, uploadedTwice } from './job-errors.ts'
import { fileOf } from './job-file.ts'
import { jobSpec } from './job-input.ts'
import { fullView, listedView, newView } from './job-view.ts'
import { failedResults, successfulResults, unprocessedRecords } from './results.ts'

const keyPrefix = '750'
const jobsPerPage = 1000
/** Salesforce keeps the data in base64, which has four characters for three bytes. */
const mostInBase64 = 150_000_000

export function createJob(call: Call): Reply<WireNewJob> {
  const { org } = call
  const job = newJob(jobSpec(call, makeId(keyPrefix, org.lastNumber + 1)))
  org.claimId(job.spec.id)
  org.jobs.put(job)
  return reply(200, newView(job))
}

export function uploadData(call: Call): Reply<never> {
  const job = jobParam(call)
  const type = call.headers['content-type'] ?? ''
  if (!/^text\/csv\s*(;|$)/i.test(type)) throw unsupportedMediaType(type)
  if (job.state !== 'Open') throw notAllowed('Uploading to', job)
  if (job.content !== null) throw uploadedTwice(job)
  const content = call.body ?? ''
  if (Math.ceil(Buffer.byteLength(content) / 3) * 4 > mostInBase64) throw tooLarge(mostInBase64)
  job.content = content
  job.changedAt = call.now
  return { status: 201, body: null }
}

/** Says that the data is complete, or ends the job. */
export function patchJob(call: Call): Reply<WireNewJob> {
  const job = jobParam(call)
  const state = bodyObject(call)['state']
  if (state === 'Aborted') return abort(call, job)
  if (state === 'UploadComplete') return close(call, job)
  throw invalidState(`A Job can be UploadComplete or Aborted, not ${shown(state)}`)
}

function abort(call: Call, job: IngestJob): Reply<WireNewJob> {
  if (job.endedAt !== null) throw notAllowed('Aborting', job)
  call.runner.abort(job, call.now)
  return reply(200, newView(job))
}

function close(call: Call, job: IngestJob): Reply<WireNewJob> {
  if (job.state !== 'Open') throw notAllowed('Closing', job)
  if (job.content === null) throw invalidState('Closing a Job without data not allowed')
  closeJob(job, call.now)
  plantFault(call, job)
  // What is answered is how it stands before the first batch begins.
  const answer = newView(job)
  call.runner.start(job, call.now)
  return reply(200, answer)
}

/** The fault that befell the request befalls some row. */
function plantFault({ sabotage, random }: Call, job: IngestJob): void {
  if (sabotage === null) return
  const row = Math.floor(random() * fileOf(job).count)
  if (sabotage === 'job_failure') job.failsAfter = row
  else job.rowFault = { row, kind: sabotage }
}

export function getJob(call: Call): Reply<WireJob> {
  return reply(200, fullView(jobParam(call)))
}

/** Everybody's jobs. A locator names the last job of the page before. */
export function listJobs(call: Call): Reply<WireJobList> {
  const { query, org } = call
  const isIngest = (query.get('jobType') ?? 'V2Ingest') === 'V2Ingest'
  const jobs = isIngest && query.get('isPkChunkingEnabled') !== 'true' ? org.jobs.all() : []
  const locator = query.get('queryLocator')
  const from = locator === null ? 0 : jobs.findIndex(({ spec }) => spec.id === locator) + 1
  if (locator !== null && from === 0) {
    throw refused('INVALID_QUERY_LOCATOR', 'invalid query locator')
  }
  const page = jobs.slice(from, from + jobsPerPage)
  const done = from + jobsPerPage >= jobs.length
  const nextRecordsUrl = done ? null : pageUrl(call, page.at(-1)?.spec.id ?? '')
  return reply(200, { done, nextRecordsUrl, records: page.map(listedView) })
}

function pageUrl(call: Call, locator: string): string {
  const query = new URLSearchParams(call.query)
  query.set('queryLocator', locator)
  return `${versionPath(call)}/jobs/ingest?${query.toString()}`
}

export function removeJob(call: Call): Reply<never> {
  const job = jobParam(call)
  if (job.endedAt === null) throw notAllowed('Deleting', job)
  call.org.jobs.remove(job.spec.id)
  return noContent
}

export function getSuccessful(call: Call): Reply<never> {
  return csvReply(successfulResults(endedJob(call)))
}

export function getFailed(call: Call): Reply<never> {
  return csvReply(failedResults(endedJob(call)))
}

export function getUnprocessed(call: Call): Reply<never> {
  return csvReply(unprocessedRecords(endedJob(call)))
}

function jobParam(call: Call): IngestJob {
  const job = call.org.jobs.find(normalId(param(call, 'job')) ?? '')
  if (job === null) throw notFound()
  return job
}

function endedJob(call: Call): IngestJob {
  const job = jobParam(call)
  if (job.endedAt === null) throw notAllowed('Reading results of', job)
  return job
}
