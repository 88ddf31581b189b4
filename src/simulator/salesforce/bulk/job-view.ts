/** A job as answers show it: briefly when it is created or changed, with its counts when asked about. */
import type { WireJob, WireListedJob, WireNewJob } from '../wire/wire.ts'
import { wireTime } from '../wire/wire-time.ts'
import type { IngestJob } from '../store/ingest-job.ts'

export function newView({ spec, state, changedAt }: IngestJob): WireNewJob {
  const { id, apiVersion, externalIdFieldName, assignmentRuleId } = spec
  return {
    id,
    operation: spec.operation,
    object: spec.object,
    createdById: spec.createdById,
    createdDate: wireTime(spec.createdAt),
    systemModstamp: wireTime(changedAt),
    state,
    ...(externalIdFieldName === null ? {} : { externalIdFieldName }),
    ...(assignmentRuleId === null ? {} : { assignmentRuleId }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion,
    ...(state === 'Open'
      ? { contentUrl: `services/data/v${apiVersion.toFixed(1)}/jobs/ingest/${id}/batches` }
      : {}),
    lineEnding: spec.lineEnding,
    columnDelimiter: spec.columnDelimiter,
  }
}

export function listedView(job: IngestJob): WireListedJob {
  return { ...newView(job), jobType: 'V2Ingest' }
}

export function fullView(job: IngestJob): WireJob {
  const { processed, failed, closedAt, endedAt, errorMessage } = job
  const active = job.batches
    .filter(({ done }) => done)
    .reduce((sum, { startedAt, endsAt }) => sum + (endsAt ?? 0) - (startedAt ?? 0), 0)
  return {
    ...listedView(job),
    numberRecordsProcessed: processed,
    numberRecordsFailed: failed,
    retries: 0,
    totalProcessingTime: closedAt === null || endedAt === null ? 0 : endedAt - closedAt,
    apiActiveProcessingTime: active,
    apexProcessingTime: 0,
    isPkChunkingSupported: false,
    ...(errorMessage === null ? {} : { errorMessage }),
  }
}
