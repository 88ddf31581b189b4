/** A Bulk job: what it was asked to do, its data, and how far it came. */
import type { Sabotage } from './sabotage.ts'

export const ingestOperations = ['insert', 'update', 'upsert', 'delete', 'hardDelete'] as const
export type IngestOperation = (typeof ingestOperations)[number]

/**
 * - `Open`: created; waits for its data, and to be closed. Aborted after a day.
 * - `UploadComplete`: closed; waits for its first batch to begin.
 * - `InProgress`: some batches are done or at work.
 * - `JobComplete`: all batches are done, whatever became of their rows.
 * - `Failed`: it could not go on; what its batches wrote stays.
 * - `Aborted`: somebody ended it; what its batches wrote stays.
 */
export const jobStates = [
  'Open',
  'UploadComplete',
  'InProgress',
  'JobComplete',
  'Failed',
  'Aborted',
] as const
export type JobState = (typeof jobStates)[number]
export type FinalState = Extract<JobState, 'JobComplete' | 'Failed' | 'Aborted'>

export const columnDelimiters = ['BACKQUOTE', 'CARET', 'COMMA', 'PIPE', 'SEMICOLON', 'TAB'] as const
export type ColumnDelimiter = (typeof columnDelimiters)[number]

export const lineEndings = ['LF', 'CRLF'] as const
export type LineEnding = (typeof lineEndings)[number]

/** What a job is created with. */
export interface JobSpec {
  readonly id: string
  /** The object's own name. */
  readonly object: string
  readonly operation: IngestOperation
  /** The field's name as given; of upserts only. */
  readonly externalIdFieldName: string | null
  readonly columnDelimiter: ColumnDelimiter
  readonly lineEnding: LineEnding
  readonly assignmentRuleId: string | null
  readonly apiVersion: number
  readonly createdById: string
  /** The `client` of `Sforce-Call-Options`. */
  readonly client: string | null
  /** Epoch milliseconds, as all times here. */
  readonly createdAt: number
  /** Decides the order of the rows in the results. */
  readonly shuffleSeed: number
}

/** What became of a row that was processed. A lost one is in none of the results. */
export type RowOutcome =
  | { readonly id: string; readonly created: boolean }
  /** `id` is empty where the row led to no record. */
  | { readonly id: string; readonly error: string }
  | { readonly lost: true }

/** Rows from `from` until before `to`. Not begun while `startedAt` is null; takes effect at `endsAt`. */
export interface Batch {
  readonly from: number
  readonly to: number
  startedAt: number | null
  endsAt: number | null
  done: boolean
}

/** A fault that hits one row of the job. */
export interface RowFault {
  readonly row: number
  readonly kind: Sabotage
}

/** Everything of a job, as one JSON value. */
export interface IngestJob {
  readonly spec: JobSpec
  state: JobState
  /** When state or counts last changed. */
  changedAt: number
  closedAt: number | null
  endedAt: number | null
  errorMessage: string | null
  /** Null until it is uploaded. */
  content: string | null
  /** In the order of the rows; those alone that the day's limit granted. */
  batches: Batch[]
  /** By row; null for one that was not processed. */
  outcomes: (RowOutcome | null)[]
  processed: number
  failed: number
  rowFault: RowFault | null
  /** After so many processed rows it fails. */
  failsAfter: number | null
}

export function newJob(spec: JobSpec): IngestJob {
  return {
    spec,
    state: 'Open',
    changedAt: spec.createdAt,
    closedAt: null,
    endedAt: null,
    errorMessage: null,
    content: null,
    batches: [],
    outcomes: [],
    processed: 0,
    failed: 0,
    rowFault: null,
    failsAfter: null,
  }
}

/** One that does not change with the other. */
export function copyOfJob(job: IngestJob): IngestJob {
  return {
    ...job,
    batches: job.batches.map((batch) => ({ ...batch })),
    outcomes: [...job.outcomes],
  }
}

/** No more data comes; the runner takes over. */
export function closeJob(job: IngestJob, at: number): void {
  job.state = 'UploadComplete'
  job.changedAt = at
  job.closedAt = at
}

export function conclude(job: IngestJob, row: number, outcome: RowOutcome): void {
  job.outcomes[row] = outcome
  job.processed += 1
  if ('error' in outcome) job.failed += 1
}

export function endJob(
  job: IngestJob,
  state: FinalState,
  at: number,
  errorMessage: string | null = null,
): void {
  job.state = state
  job.changedAt = at
  job.endedAt = at
  job.errorMessage = errorMessage
}
