/**
 * What a killed run left behind. First the merge that may be half-known, then the batches whose
 * requests were under way: the CRM is asked, nothing is sent. What was not applied is planned anew.
 */
import { doubtful, type OperationOutcome, undelivered } from '../../core/delivery/outcome.ts'
import { type Payload, readPayload, writeOutcomes } from '../../core/delivery/payload.ts'
import { type FieldKnowledge, identityOf } from '../../core/mapping/mapping.ts'
import type { PlanRow } from '../../core/plan/plan-row.ts'
import { dropBrokenRun } from '../../core/sql/drop-run.ts'
import { valueColumns } from '../../core/sql/names.ts'
import type { BatchJob, RunRecord, SendingBatch } from '../../ledger/ledger.ts'
import { nextRunState, openRunStates } from '../../model/run.ts'
import type { Column } from '../../model/value.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { ClaimedRecords, type RecordClaims } from './deliver/claimed-records.ts'
import {
  confirmDelivered,
  type MergeBasis,
  queueBeyondLimit,
  queueUnsent,
  reopenOwners,
} from './deliver/confirm.ts'
import { type PushContext, type RunContext, runContext } from '../context.ts'
import { doubtLinks } from './doubt-links.ts'
import { describeFailure } from './errors/failures.ts'
import { refuseOtherObject } from './look/object.ts'
import { type Fates, resolveFates } from './deliver/fates.ts'
import { fatesOfJob } from './deliver/job-fates.ts'
import type { WarehouseRecord } from '../working-schema.ts'

/** A merge that was announced either stands in the warehouse or does not: the ledger follows it. */
export async function recoverMerge(context: PushContext, known: WarehouseRecord): Promise<void> {
  const record = await context.ledger.sync(context.sync.name)
  if (record.mergingGeneration === null) return
  const lease = context.lease.current()
  if (known.generation !== record.mergingGeneration || known.mergedRun === null) {
    await context.ledger.abandonMerge(lease)
    return
  }
  await context.ledger.finishMerge(lease, known.mergedRun, known.generation, known.mergedThrough)
}

/** Brings runs of dead workers to their end, oldest first. */
export async function recoverRuns(
  context: PushContext,
  keepsPlan: (runId: string) => boolean,
): Promise<void> {
  const { ledger, sync } = context
  const unended = await ledger.runs({
    sync: sync.name,
    state: openRunStates,
    limit: 100,
  })
  for (const record of unended.toReversed()) {
    const waits = record.state === 'planned' || record.state === 'stopped'
    if (!(waits && keepsPlan(record.id))) await recoverRun(context, record)
  }
}

async function recoverRun(push: PushContext, record: RunRecord): Promise<void> {
  const context = runContext(push, record.id)
  const { ledger, lease, clock } = context
  // A plan that nobody applied is worth nothing once there is a newer one.
  if (nextRunState(record.state, 'superseded') !== null) {
    await context.warehouse.session((session) => dropTables(context, session))
    await ledger.transition(lease.current(), record.id, 'superseded', clock.now())
    return
  }
  await ledger.transition(lease.current(), record.id, 'recovered', clock.now())
  const due = await dueColumns(context)
  const basis = recoveredBasis(record, due)
  // What is known comes first: it says whose a record is that is found for what is not.
  await confirmDelivered(context, basis)
  await resolveBatches(context)
  await confirmDelivered(context, basis)
  await reopenOwners(context)
  if (record.state !== 'confirming') {
    await ledger.transition(lease.current(), record.id, 'delivery_ended', clock.now())
  }
  const key = due.find((column) => column.name === 'key')
  if (key !== undefined) {
    await queueUnsent(context)
    await queueBeyondLimit(context, key)
  }
  await context.warehouse.session((session) => dropTables(context, session))
  await ledger.transition(lease.current(), record.id, 'failure', clock.now(), {
    error: {
      code: 'run.interrupted',
      // Who could not write any more could not write why, either.
      message:
        'the process died, or had an error after which it could write no more, such as a full disk; what it had sent was resolved, the rest is planned anew',
    },
  })
}

async function resolveBatches(context: RunContext): Promise<void> {
  const { ledger, lease, clock } = context
  const batches = await ledger.sendingBatches(context.runId)
  if (batches.length === 0) return
  await refuseOtherObject(context)
  context.progress({ at: 'recovering', runId: context.runId, batches: batches.length })
  await outlastRequests(context, batches)
  const knowledge = await readKnowledge(context)
  const claimed = new ClaimedRecords(context)
  for (const batch of batches) {
    const payload = readPayload(batch.payload)
    // Whether a value was cleared or not, the next plan sees it.
    const rows = payload.purpose === 'releases' ? [] : payload.rows
    const told = { ...payload, rows }
    const sent = asSent(context, payload)
    const fates = await describeFailure(context, fatesOf(sent, claimed, knowledge, told, batch.job))
    const resolved = await claimed.claim(sent, rows, fates.outcomes)
    const unapplied = fates.notApplied.map((row) =>
      undelivered(row, {
        status: 'deferred',
        reason: 'run.interrupted',
        message: 'the run was cut off before the CRM applied it; it is planned anew',
      }),
    )
    const outcomes = doubtLinks(context, rows, [...resolved, ...unapplied])
    const held = await lease.ensure(context.connector.timing.requestTimeoutMs)
    const text = writeOutcomes(outcomes)
    await ledger.recordConcluded(held, context.runId, batch.number, text, clock.now())
  }
}

/** A request of the dead worker may still be under way, and its effect may show late. */
export async function outlastRequests(
  { clock, connector }: Pick<PushContext, 'clock' | 'connector'>,
  batches: readonly SendingBatch[],
): Promise<void> {
  const { requestTimeoutMs, settlingMs } = connector.timing
  const last = Math.max(...batches.map((batch) => batch.sentAt))
  const settledMs = requestTimeoutMs + settlingMs
  // A clock that was set back since must not make the wait longer than it can be. Nor is the batch's time the
  // request's: that may have waited for the rate budget, and ended with the lease, which is ours since.
  const left = Math.min(settledMs, last + settledMs - clock.now())
  await clock.sleep(Math.max(settlingMs, left))
}

/** A job tells its results itself; what it does not tell of, and what was sent by requests, is read. */
async function fatesOf(
  context: RunContext,
  claims: RecordClaims,
  knowledge: FieldKnowledge,
  payload: Payload,
  job: BatchJob | null,
): Promise<Fates> {
  const known = job === null ? null : await fatesOfJob(context, payload, job)
  if (known === null) return resolveFates(context, claims, knowledge, payload.rows)
  const keys = new Map(payload.rows.map(({ sequence, key }) => [sequence, key]))
  // What the job made is its row's, whatever a look for another row finds there.
  for (const { origin, remoteId, sequence } of known.outcomes) {
    if (origin === 'created' && remoteId !== null)
      claims.reserve(remoteId, keys.get(sequence) ?? '')
  }
  const read = await resolveFates(context, claims, knowledge, known.unknown)
  const outcomes = [...known.outcomes, ...read.outcomes]
  if (known.isOpen) {
    const abandoned = read.notApplied.map((row) => abandonedOutcome(row, job?.id ?? ''))
    return { outcomes: [...outcomes, ...abandoned], notApplied: known.notApplied }
  }
  return { outcomes, notApplied: [...known.notApplied, ...read.notApplied] }
}

/**
 * The context with the sync as it was when the batch was sent: an upsert may have met a record that is a person's, whether or not
 * the sync looks before it writes by now.
 */
function asSent(context: RunContext, { load }: Payload): RunContext {
  if (load?.operation !== 'upsert' && load?.operation !== 'create') return context
  const how = load.operation === 'upsert' ? upserting : { readBefore: true }
  return { ...context, sync: { ...context.sync, ...how } }
}

const upserting = { mode: 'upsert', readBefore: false } as const

/** Sent again it might be written twice, once by the job that nobody waits for any more (promise 4). */
function abandonedOutcome(row: PlanRow, job: string): OperationOutcome {
  const message = `job ${job} was given up and may still write the row; look for the record, then retry`
  return doubtful(row, message)
}

async function readKnowledge(context: RunContext): Promise<FieldKnowledge> {
  const { connector, crm, sync } = context
  const schema = await describeFailure(context, crm.describe(sync.object))
  return {
    fields: schema.fields,
    match: schema.fields.get(sync.match?.field ?? '') ?? null,
    identity: identityOf(sync, schema.fields, connector.ownKey.name)?.field ?? null,
    normalise: connector.normalise,
  }
}

/** None where its tables are gone already. */
async function dueColumns({ run, warehouse }: RunContext): Promise<readonly Column[]> {
  const { schema, table } = run.due
  return (await warehouse.session((session) => session.columns(schema, table))) ?? []
}

/** The merge basis from what the dead run left: its due table and its report. */
function recoveredBasis(record: RunRecord, due: readonly Column[]): MergeBasis {
  const report = record.report as Partial<MergeBasis> | null
  return {
    columns: valueColumns(due),
    mappingVersion: report?.mappingVersion ?? 0,
    metadata: report?.metadata ?? null,
    withHeld: true,
  }
}

export async function dropTables(
  { dialect, runId, workingSchema }: RunContext,
  session: Session,
): Promise<void> {
  await session.execute(dropBrokenRun(dialect, workingSchema, runId))
}
