/**
 * Batches: what is being sent and what became of it, until a merge has taken it to the baseline. Of those
 * that became jobs a row without outcomes stays.
 */
import { ledgerErrors } from './errors.ts'
import type {
  BatchIntent,
  BatchJob,
  ConcludedBatch,
  Lease,
  RunJob,
  SendingBatch,
} from './ledger.ts'
import { underLease } from './leases.ts'
import { runRecord, unknownRun } from './runs.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreRow,
  type StoreStatement,
} from '../store/store.ts'

/**
 * A further attempt replaces the one before, while that is unconcluded. The same attempt with the
 * same payload is no change: the caller may not know whether its first call arrived.
 */
export async function recordSending(
  store: Store,
  lease: Lease,
  runId: string,
  batch: BatchIntent,
  at: number,
): Promise<void> {
  const { prefix } = store.dialect
  const count: StoreStatement = {
    text: `update ${prefix}runs set last_batch = case when last_batch < $3 then $3 else last_batch end
      where id = $1 and sync = $2 and state in ('delivering', 'resolving')`,
    parameters: [runId, lease.sync, batch.number],
    expectRows: 1,
  }
  const record: StoreStatement = {
    text: `insert into ${prefix}batches as known (run_id, number, attempt, state, payload, sent_at)
      values ($1, $2, $3, 'sending', $4, $5)
      on conflict (run_id, number) do update
      set attempt = excluded.attempt, payload = excluded.payload, sent_at = excluded.sent_at,
        job = null, job_started_at = null
      where known.state = 'sending' and (known.attempt < excluded.attempt
        or (known.attempt = excluded.attempt and known.payload = excluded.payload))`,
    parameters: [runId, batch.number, batch.attempt, batch.payload, at],
    expectRows: 1,
  }
  try {
    await underLease(store, lease, [count, record])
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    if (error.index === 0) throw await whyNotSending(store, lease, runId)
    throw ledgerErrors.batch({
      message: `Batch ${batch.number} of the run ${runId} is recorded already, not as attempt ${batch.attempt} of this.`,
    })
  }
}

async function whyNotSending(store: Store, lease: Lease, runId: string): Promise<Error> {
  const run = await runRecord(store, runId)
  if (run === null || run.sync !== lease.sync) return unknownRun(runId, lease.sync)
  return ledgerErrors.batch({
    message: `The run ${runId} is ${run.state}, where nothing may be sent.`,
  })
}

/** The time of a started job counts as the batch's: from then on the CRM may write. */
export async function recordJob(
  store: Store,
  lease: Lease,
  runId: string,
  batchNumber: number,
  job: BatchJob,
  at: number,
): Promise<void> {
  const statement: StoreStatement = {
    text: `update ${store.dialect.prefix}batches
      set job = $3, sent_at = $4, job_started_at = $5
      where run_id = $1 and number = $2 and state = 'sending'
        and run_id in (select id from ${store.dialect.prefix}runs where sync = $6)`,
    parameters: [runId, batchNumber, job.id, at, job.started ? at : null, lease.sync],
    expectRows: 1,
  }
  try {
    await underLease(store, lease, [statement])
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    throw ledgerErrors.batch({
      message: `The run ${runId} has no batch ${batchNumber} in flight that job ${job.id} could be of.`,
    })
  }
}

const isUnmerged = `state = 'concluded' and outcomes <> ''`

/** Of a batch that was concluded before, the first outcomes and the first number stand. */
export async function recordConcluded(
  store: Store,
  lease: Lease,
  runId: string,
  batchNumber: number,
  outcomes: string,
  at: number,
): Promise<number> {
  try {
    const results = await underLease(
      store,
      lease,
      concludeStatements(store, lease, runId, batchNumber, outcomes, at),
    )
    return Number(results.at(-1)?.rows[0]?.conclusion)
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    if (error.index === 0) throw unknownRun(runId, lease.sync)
    throw ledgerErrors.batch({
      message: `The run ${runId} has no batch ${batchNumber} to conclude.`,
    })
  }
}

function concludeStatements(
  store: Store,
  lease: Lease,
  runId: string,
  batchNumber: number,
  outcomes: string,
  at: number,
): readonly StoreStatement[] {
  const { prefix } = store.dialect
  const batch = `from ${prefix}batches where run_id = $1 and number = $2`
  return [
    {
      text: `select id from ${prefix}runs where id = $1 and sync = $2`,
      parameters: [runId, lease.sync],
      expectRows: 1,
    },
    {
      text: `update ${prefix}runs set conclusions = conclusions + 1
        where id = $1 and exists (select number ${batch} and state = 'sending')`,
      parameters: [runId, batchNumber],
    },
    // What was sent is not asked for again: keeping it would double the size of the state.
    {
      text: `update ${prefix}batches set state = 'concluded', payload = '', outcomes = $3, concluded_at = $4,
        conclusion = (select conclusions from ${prefix}runs where id = $1)
        where run_id = $1 and number = $2 and state = 'sending'`,
      parameters: [runId, batchNumber, outcomes, at],
    },
    {
      text: `select conclusion ${batch} and ${isUnmerged}`,
      parameters: [runId, batchNumber],
      expectRows: 1,
    },
  ]
}

export async function sendingBatches(
  store: Store,
  runId: string,
): Promise<readonly SendingBatch[]> {
  const [result] = await store.execute([
    {
      text: `select number, attempt, payload, sent_at, job, job_started_at
        from ${store.dialect.prefix}batches where run_id = $1 and state = 'sending' order by number`,
      parameters: [runId],
    },
  ])
  return (result?.rows ?? []).map((row) => ({
    number: Number(row.number),
    attempt: Number(row.attempt),
    payload: String(row.payload),
    sentAt: Number(row.sent_at),
    job: jobOf(row),
  }))
}

export async function concludedBatches(
  store: Store,
  runId: string,
  after: number,
  limit: number,
): Promise<readonly ConcludedBatch[]> {
  const [result] = await store.execute([
    {
      text: `select number, conclusion, outcomes, job, job_started_at from ${store.dialect.prefix}batches
        where run_id = $1 and conclusion > $2 and ${isUnmerged} order by conclusion limit $3`,
      parameters: [runId, after, limit],
    },
  ])
  return (result?.rows ?? []).map((row) => ({
    number: Number(row.number),
    conclusion: Number(row.conclusion),
    outcomes: String(row.outcomes),
    job: jobOf(row),
  }))
}

function jobOf({ job, job_started_at }: StoreRow): BatchJob | null {
  return job === null ? null : { id: String(job), started: job_started_at !== null }
}

export async function jobsOf(store: Store, runIds: readonly string[]): Promise<readonly RunJob[]> {
  if (runIds.length === 0) return []
  const list = runIds.map((_, index) => `$${index + 1}`).join(', ')
  const [result] = await store.execute([
    {
      text: `select run_id, job, job_started_at from ${store.dialect.prefix}batches
        where run_id in (${list}) and job is not null order by run_id, number`,
      parameters: runIds,
    },
  ])
  return (result?.rows ?? []).map((row) => ({
    runId: String(row.run_id),
    id: String(row.job),
    startedAt: row.job_started_at === null ? null : Number(row.job_started_at),
  }))
}

export async function lastBatchNumber(store: Store, runId: string): Promise<number> {
  const [result] = await store.execute([
    {
      text: `select last_batch from ${store.dialect.prefix}runs where id = $1`,
      parameters: [runId],
    },
  ])
  return Number(result?.rows[0]?.last_batch ?? 0)
}
