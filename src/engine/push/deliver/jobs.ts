/**
 * A batch as a job of the CRM's. Its id is in the ledger before it gets any data, and again, as
 * started, before it is told to begin: whatever dies, the next run finds it and takes its results
 * instead of sending anything twice (promise 4).
 */
import {
  type Bulk,
  type BulkJobState,
  type BulkLoad,
  type BulkTiming,
  RequestFailure,
} from '../../../connector/connector.ts'
import type { WriteOptions, WriteResult } from '../../../connector/write.ts'
import { pollWait } from '../../../core/delivery/poll.ts'
import {
  afterOneMore,
  backoff,
  firstAttempt,
  maxAttempts,
  react,
} from '../../../core/delivery/retry.ts'
import type { BatchJob } from '../../../ledger/ledger.ts'
import type { RunContext } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'

export interface JobContext
  extends Pick<RunContext, 'clock' | 'connector' | 'crm' | 'lease' | 'random' | 'sync'> {
  /** Ends the wait for the job, not the job. */
  readonly signal?: AbortSignal
}

export interface NewJob extends WriteOptions {
  readonly load: BulkLoad
  /** Puts the job into the ledger. */
  readonly record: (job: BatchJob) => Promise<void>
}

/**
 * A job was started, and its end was not seen, or its results were not. Its batch stays in flight: the next
 * run waits for it and takes its results. Without a cause it takes longer than a run waits.
 */
export class JobUnderWay extends Error {
  readonly job: string

  constructor(job: string, why: string, cause: RequestFailure | null) {
    super(`job ${job} is under way: ${why}`, { cause })
    this.name = 'JobUnderWay'
    this.job = job
  }
}

/** Jobs as the connection takes them, and as the connector has them waited for. */
export interface Jobs {
  readonly bulk: Bulk
  readonly timing: BulkTiming
}

/** Null where the CRM takes none. */
export function jobsOf({ connector, crm }: Pick<RunContext, 'connector' | 'crm'>): Jobs | null {
  if (connector.bulk === null || crm.bulk === undefined) return null
  return { bulk: crm.bulk, timing: connector.bulk.timing }
}

/** Nothing went wrong: the day is used up, or the job takes its time. The rows wait for the next run. */
export function isLeftInPeace({ cause }: JobUnderWay): boolean {
  return cause === null || (cause instanceof RequestFailure && cause.kind === 'exhausted')
}

/** What a person is told of it, where the run has to end. */
export function underWayError({ sync }: Pick<RunContext, 'sync'>, left: JobUnderWay): Error {
  const { cause } = left
  const message = `Sync ${sync.name}, connection ${sync.crm}: ${left.message}`
  if (cause instanceof RequestFailure && cause.kind === 'auth') {
    return pushErrors.job_refused({ message, cause })
  }
  return pushErrors.job_under_way({ message, cause })
}

/**
 * One result per input; null where the CRM takes no such job. Throws `RequestFailure` only where nothing
 * was applied, `JobUnderWay` where nobody knows yet.
 */
export async function runJob(
  context: JobContext,
  jobs: Jobs,
  job: NewJob,
): Promise<readonly WriteResult[] | null> {
  const { bulk } = jobs
  const { load, record } = job
  const id = await unstarted(bulk.open(load, job))
  if (id === null) return null
  try {
    await record({ id, started: false })
    await unstarted(bulk.fill(id, load, job))
  } catch (error) {
    await bulk.abort(id).catch(() => undefined)
    throw error
  }
  await record({ id, started: true })
  await start(context, bulk, id, job)
  return takeResults(context, jobs, id, load)
}

/** Results of a job that was started; waits for its end. */
export async function takeResults(
  context: JobContext,
  jobs: Jobs,
  id: string,
  load: BulkLoad,
): Promise<readonly WriteResult[]> {
  try {
    const state = await ended(context, jobs, id, jobs.timing.patienceMs)
    return await resultsIn(context, jobs.bulk, id, { load, state })
  } catch (error) {
    throw leftBehind(id, error)
  }
}

/**
 * Ends a job instead of waiting for it; what it had written by then, its results say. Null where the CRM
 * does not end it, or does not let us ask: then it may write whatever it has left, and nobody knows when.
 */
export async function endJob(
  context: JobContext,
  jobs: Jobs,
  id: string,
  load: BulkLoad,
): Promise<readonly WriteResult[] | null> {
  const { bulk, timing } = jobs
  try {
    await patiently(context, () => bulk.abort(id))
    const state = await ended(context, jobs, id, timing.endingPatienceMs)
    return await resultsIn(context, bulk, id, { load, state })
  } catch (error) {
    if (error instanceof RequestFailure || error instanceof JobUnderWay) return null
    throw error
  }
}

async function resultsIn(
  context: JobContext,
  bulk: Bulk,
  id: string,
  { load, state }: { readonly load: BulkLoad; readonly state: BulkJobState },
): Promise<readonly WriteResult[]> {
  if (state === 'gone') return load.inputs.map(() => ({ status: 'unaccounted' }))
  return patiently(context, () => bulk.results(id, load))
}

/** Before its start a job writes nothing, whatever became of the request. */
async function unstarted<T>(request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw error instanceof RequestFailure ? refused(error) : error
  }
}

/** The failure as one after which nothing was applied. */
function refused(failure: RequestFailure): RequestFailure {
  if (failure.kind !== 'unknown') return failure
  const { message, status, reason, correlationId } = failure
  const details = { message, status, reason, correlationId, cause: failure }
  return new RequestFailure({ kind: 'unavailable', ...details })
}

/**
 * An unanswered start is given again, to the same job: twice started is once started. One that is refused
 * ends the job where nothing began, and is what failed then.
 */
async function start(
  context: JobContext,
  bulk: Bulk,
  id: string,
  options: WriteOptions,
): Promise<void> {
  try {
    await patiently(context, () => bulk.start(id, options))
  } catch (error) {
    if (error instanceof RequestFailure && (await isEndedUnbegun(bulk, id))) throw refused(error)
    throw leftBehind(id, error)
  }
}

/** Whether the job had not begun, and never will. */
async function isEndedUnbegun(bulk: Bulk, id: string): Promise<boolean> {
  try {
    if ((await bulk.state(id)) !== 'open') return false
    await bulk.abort(id)
    return true
  } catch (error) {
    if (error instanceof RequestFailure) return false
    throw error
  }
}

/** The state in which it ended. One that turns out not to be started is started anew by nobody. */
async function ended(
  context: JobContext,
  { bulk, timing }: Jobs,
  id: string,
  patienceMs: number,
): Promise<BulkJobState> {
  const { clock } = context
  const began = clock.monotonic()
  for (;;) {
    const state = await patiently(context, () => bulk.state(id))
    switch (state) {
      case 'ended':
      case 'gone':
        return state
      case 'open':
        // Its start never arrived, and none may arrive later.
        await patiently(context, () => bulk.abort(id))
        break
      case 'working':
        break
      default:
        state satisfies never
    }
    const waited = clock.monotonic() - began
    if (waited >= patienceMs) {
      throw new JobUnderWay(id, `it has not ended in ${patienceMs / 3_600_000} hours`, null)
    }
    await clock.sleep(pollWait(waited, timing), context.signal)
  }
}

/** Asks again while the CRM is not there, as long as the lease can be kept. */
async function patiently<T>(context: JobContext, ask: () => Promise<T>): Promise<T> {
  const { clock, connector, lease, random, signal } = context
  for (let attempts = firstAttempt; ; ) {
    await lease.ensure(connector.timing.requestTimeoutMs)
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error
      const reaction = react(error.kind, attempts, error.retryAfterMs, random())
      if (attempts.count >= maxAttempts || (reaction.do !== 'again' && reaction.do !== 'resolve')) {
        throw error
      }
      const waitMs = reaction.do === 'again' ? reaction.waitMs : backoff(attempts.count, random())
      await clock.sleep(waitMs, signal)
      attempts = reaction.do === 'again' ? reaction.next : afterOneMore(attempts)
    }
  }
}

/** A request that failed for good leaves the job to the next run; a stop or a lost lease does so, too. */
function leftBehind(id: string, error: unknown): unknown {
  return error instanceof RequestFailure ? new JobUnderWay(id, error.message, error) : error
}
