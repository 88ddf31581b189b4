/**
 * Jobs: many records in one file, which the CRM works off in its own time (Salesforce's Bulk API 2.0).
 * A job is opened, filled and started, each by a request of its own, so that its id can be on disk
 * before anything is written. Only a started job writes.
 */
import type { CrmValue, OperationKind } from '../model/operation.ts'
import type { WriteOptions, WriteResult } from './write.ts'

/** The reason of a failure whose records are too large for one job: fewer of them may do. */
export const jobTooLarge = 'job.too_large'

/** What a connector declares of its jobs. */
export interface BulkLimits {
  /** Most records of one job. */
  readonly rows: number
  /** Fewest requests that a job takes, from its opening to its results. */
  readonly calls: number
  readonly timing: BulkTiming
}

/** How long a job is waited for, and how often it is asked whether it has ended. */
export interface BulkTiming {
  /** A job that takes longer is left to a later run. */
  readonly patienceMs: number
  /** How long one that was told to end may take. */
  readonly endingPatienceMs: number
  /** Between two questions, each of which counts as a call. */
  readonly shortestPauseMs: number
  readonly longestPauseMs: number
}

export interface BulkInput {
  /** The record's id; null where the job creates it or finds it by the unique field. */
  readonly id: string | null
  readonly values: Readonly<Record<string, CrmValue>>
  /** As in `UpdateInput`. */
  readonly locked?: Readonly<Record<string, CrmValue>>
}

/** One job's work: records of one object, all with the same operation. */
export interface BulkLoad {
  readonly object: string
  readonly operation: 'create' | 'update' | 'upsert' | 'delete'
  /**
   * The field whose values tell the records of a `create` or an `upsert` apart, since a job gives its
   * results in no order; null for the others, which have ids.
   */
  readonly uniqueField: string | null
  readonly inputs: readonly BulkInput[]
}

/**
 * - `open`: not started; nothing is written.
 * - `working`: started, and not at its end.
 * - `ended`: completed, failed or aborted; the results say what of it was applied.
 * - `gone`: the CRM no longer knows it, or no longer keeps its results.
 */
export type BulkJobState = 'open' | 'working' | 'ended' | 'gone'

/** Every method may throw `RequestFailure`. */
export interface Bulk {
  /** What goes as a job on this connection; its options may ask what a job can't do. */
  readonly kinds: readonly OperationKind[]
  /**
   * Opens a job and gives its id; null where the CRM takes no job for this load, so that requests must
   * do. One that is never started is forgotten by the CRM.
   */
  open(load: BulkLoad, options: WriteOptions): Promise<string | null>
  /**
   * Gives an open job its records. Throws `poisoned` where they are too large for one job, with the reason
   * `jobTooLarge`; after any failure the job is of no more use.
   */
  fill(id: string, load: BulkLoad, options: WriteOptions): Promise<void>
  /** From here on the CRM writes. For a job that was started before, nothing happens. */
  start(id: string, options: WriteOptions): Promise<void>
  state(id: string): Promise<BulkJobState>
  /** One result per input, in order, of a job that has ended. */
  results(id: string, load: BulkLoad): Promise<readonly WriteResult[]>
  /** Ends a job, if it has not ended yet; a started one may have applied any part of it. */
  abort(id: string): Promise<void>
}
