/**
 * Processes Bulk jobs by the org's clock and without a timer: whoever asks says how late it is, and all
 * that was due until then happens first, each batch at its own time.
 */
import { ApiError, noSuchObject } from '../wire/api-error.ts'
import type { ApiLimits } from '../request/api-limits.ts'
import type { Runner } from '../request/call.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { Org } from '../store/org.ts'
import type { WriteContext } from '../writes/write-context.ts'
import { uncontended } from '../writes/write-context.ts'
import { writeRows } from './batch-write.ts'
import { Contention } from './contention.ts'
import { fileProblem } from './file-problem.ts'
import { type Batch, type IngestJob, endJob } from '../store/ingest-job.ts'
import { quotaMessage } from './job-errors.ts'
import { fileOf } from './job-file.ts'

export interface BulkSettings {
  /** How long a batch takes; its rows are written when it ends. */
  readonly bulkBatchMs: number
  /** How many batches are at work at a time, of all jobs together; with 0 they all wait. */
  readonly bulkParallel: number
  /** How likely a row finds locked what another batch at work wants as well, from 0 to 1. */
  readonly bulkLockRate: number
}

const rowsPerBatch = 10_000
const openMs = 24 * 3_600_000
const keptMs = 7 * openMs
const failure = 'InternalServerError : The job could not be processed to its end.'

/** A batch at work. */
interface Running {
  readonly job: IngestJob
  readonly batch: Batch
  readonly endsAt: number
}

export class JobRunner implements Runner {
  readonly #org: Org
  readonly #limits: ApiLimits
  readonly #contention: Contention
  #settings: BulkSettings

  constructor(org: Org, limits: ApiLimits, settings: BulkSettings, random: () => number) {
    this.#org = org
    this.#limits = limits
    this.#contention = new Contention(random)
    this.#settings = settings
    this.#contention.rate = settings.bulkLockRate
  }

  /** Batches that are at work keep the time they had. */
  configure(settings: BulkSettings, now: number): void {
    this.#settings = settings
    this.#contention.rate = settings.bulkLockRate
    this.#begin(now)
  }

  /** Lets jobs go on that were put in from outside. */
  resume(now: number): void {
    this.#begin(now)
  }

  /** Lets happen what is due at `now`. */
  settle(now: number): void {
    for (let next = this.#nextEnd(now); next !== null; next = this.#nextEnd(now)) {
      this.#finish(next)
      this.#begin(next.endsAt)
    }
    for (const job of this.#org.jobs.all()) this.#age(job, now)
  }

  /** Divides a job that was just closed into batches, which begin as soon as there is room. */
  start(job: IngestJob, now: number): void {
    const rows = fileOf(job).count
    job.outcomes = Array<null>(rows).fill(null)
    const problem = fileProblem(this.#context(job, now), this.#typeOf(job), job)
    if (problem !== null) {
      endJob(job, 'Failed', now, problem)
      return
    }
    const granted = this.#limits.grantBulkBatches(Math.ceil(rows / rowsPerBatch), now)
    job.batches = Array.from({ length: granted }, (_, index) => ({
      from: index * rowsPerBatch,
      to: Math.min(rows, (index + 1) * rowsPerBatch),
      startedAt: null,
      endsAt: null,
      done: false,
    }))
    this.#completeWhereDone(job, now)
    this.#begin(now)
  }

  /** Fails a job that is not over once so many of its rows are processed, which may be now. */
  failAfter(job: IngestJob, rows: number, now: number): void {
    job.failsAfter = rows
    if (job.closedAt === null || job.processed < rows) return
    endJob(job, 'Failed', now, failure)
    this.#begin(now)
  }

  abort(job: IngestJob, now: number): void {
    endJob(job, 'Aborted', now)
    this.#begin(now)
  }

  /** As after seven days. */
  expire(): void {
    const { jobs } = this.#org
    for (const { spec, endedAt } of jobs.all()) if (endedAt !== null) jobs.remove(spec.id)
  }

  #age(job: IngestJob, now: number): void {
    const { spec } = job
    const closesAt = spec.createdAt + openMs
    if (job.state === 'Open' && closesAt <= now) endJob(job, 'Aborted', closesAt)
    if (job.endedAt !== null && job.endedAt + keptMs <= now) this.#org.jobs.remove(spec.id)
  }

  /** Lets batches begin, those of the job first that was closed first, while there is room. */
  #begin(at: number): void {
    const queue = this.#org.jobs.queue()
    let room = this.#settings.bulkParallel - running(queue).length
    for (const job of queue) {
      for (const batch of job.batches) {
        if (room <= 0) return
        if (batch.startedAt !== null) continue
        batch.startedAt = at
        batch.endsAt = at + this.#settings.bulkBatchMs
        this.#contention.begin(batch)
        if (job.state === 'UploadComplete') job.changedAt = at
        job.state = 'InProgress'
        room -= 1
      }
    }
  }

  #nextEnd(now: number): Running | null {
    const all = running(this.#org.jobs.queue())
    if (all.length === 0) this.#contention.clear()
    const due = all.filter(({ endsAt }) => endsAt <= now)
    return due.toSorted((a, b) => a.endsAt - b.endsAt)[0] ?? null
  }

  #finish({ job, batch, endsAt }: Running): void {
    const mayProcess = (job.failsAfter ?? Infinity) - job.processed
    const to = Math.min(batch.to, batch.from + mayProcess)
    try {
      this.#contention.write(batch, (contended) => {
        const context = { ...this.#context(job, endsAt, batch.from), contended }
        writeRows(context, this.#typeOf(job), job, batch.from, to)
      })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      endJob(job, 'Failed', endsAt, `InvalidBatch : ${error.message}`)
      return
    }
    job.changedAt = endsAt
    batch.done = to === batch.to
    if (batch.done) this.#completeWhereDone(job, endsAt)
    else endJob(job, 'Failed', endsAt, failure)
  }

  /** In the name of who created the job; each batch is a request of its own to locks and log. */
  #context({ spec }: IngestJob, at: number, firstRow = 0): WriteContext {
    const { id, createdById: userId, client } = spec
    const requestId = `${id}-${firstRow / rowsPerBatch + 1}`
    return {
      org: this.#org,
      origin: { at, source: 'api', requestId, userId, client },
      permissions: this.#org.permissionsOf(userId),
      allowsDuplicates: false,
      contended: uncontended,
    }
  }

  #typeOf({ spec }: IngestJob): ObjectType {
    const type = this.#org.findType(spec.object)
    if (type === null) throw noSuchObject(spec.object)
    return type
  }

  /** Rows that the day's limit granted no batch are left over. */
  #completeWhereDone(job: IngestJob, at: number): void {
    if (!job.batches.every(({ done }) => done)) return
    if ((job.batches.at(-1)?.to ?? 0) < job.outcomes.length) endJob(job, 'Failed', at, quotaMessage)
    else endJob(job, 'JobComplete', at)
  }
}

function running(queue: readonly IngestJob[]): readonly Running[] {
  return queue.flatMap((job) =>
    job.batches.flatMap((batch) => {
      const { endsAt, done } = batch
      return endsAt === null || done ? [] : [{ job, batch, endsAt }]
    }),
  )
}
