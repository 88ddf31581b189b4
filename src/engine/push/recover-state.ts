/**
 * Brings a lost, restored or foreign state and the warehouse together again, after a person decided
 * that they belong together. What the state held of unconfirmed batches is forgotten, and what was
 * done since a restored warehouse was copied, nobody wrote down: the CRM is read, and every row whose
 * record does not hold what the baseline says is due for the next plan. Nothing is sent.
 */
import { readPayload, writeOutcomes } from '../../core/delivery/payload.ts'
import { tableReference } from '../../core/sql/names.ts'
import { reopenRecords } from '../../core/sql/reopen.ts'
import { statement } from '../../core/sql/working-schema.ts'
import type { Ledger, RunRecord } from '../../ledger/ledger.ts'
import { openRunStates } from '../../model/run.ts'
import {
  type Collaborators,
  type LeaseKeeper,
  type PushContext,
  pushContext,
  runContext,
  unbound,
} from '../context.ts'
import { rebind } from '../rebind.ts'
import { type RecoverOptions, settleErasures } from '../settle-erasures.ts'
import { dropTables, outlastRequests } from './recover.ts'
import { readBack, recordsOf } from './verify.ts'
import {
  fenceStatement,
  readSync,
  readySchema,
  refuseNewer,
  upgradeTables,
} from '../working-schema.ts'

export interface RecoveredState {
  readonly sync: string
  /** Unfinished runs that were given up. */
  readonly runs: number
  /** Operations of theirs whose fate the next plan finds out. */
  readonly operations: number
  /** Records that are not as the baseline says; the next plan is about them. */
  readonly drifted: number
  /** As in `RecoveredPull`: until it is made again nothing is planned or sent. */
  readonly lostErasures: number | null
}

export async function recoverState(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: RecoverOptions,
): Promise<RecoveredState> {
  const { ledger, sync, warehouse } = collaborators
  const context = pushContext(collaborators, lease, await ledger.stateId())
  await warehouse.session((session) => refuseNewer(context, session))
  const unended = await ledger.runs({
    sync: sync.name,
    state: openRunStates,
    limit: 1_000,
  })
  if ((await ledger.sync(sync.name)).mergingGeneration !== null) {
    await ledger.abandonMerge(lease.current())
  }
  let operations = 0
  for (const record of unended) operations += await giveUp(context, record)
  const { bound, lostErasures } = await warehouse.session(async (session) => {
    const catalogue = await readySchema(context, session)
    await rebind(context, session, { opening: recovering })
    await upgradeTables(context, session, catalogue)
    return {
      lostErasures: await settleErasures(context, session, options),
      bound: (await readSync(context, session)) ?? unbound,
    }
  })
  const { drifted } = await readBack({ ...context, bound }, 0, (_, drift) =>
    reopen(context, recordsOf(drift)),
  )
  await allowRuns(context)
  return { sync: sync.name, runs: unended.length, operations, drifted, lostErasures }
}

async function reopen(context: PushContext, records: readonly string[]): Promise<void> {
  const { dialect, tables, warehouse } = context
  if (records.length === 0) return
  await warehouse.session((session) =>
    session.execute([fenceStatement(context), reopenRecords(dialect, tables, records)]),
  )
}

/** Concludes a run of the ledger without its warehouse half; gives its unconfirmed operations. */
async function giveUp(context: PushContext, record: RunRecord): Promise<number> {
  const { ledger, lease, clock } = context
  const inDelivery = record.state === 'delivering' || record.state === 'resolving'
  let operations = 0
  if (inDelivery) {
    const batches = await ledger.sendingBatches(record.id)
    if (batches.length > 0) await outlastRequests(context, batches)
    for (const batch of batches) {
      operations += readPayload(batch.payload).rows.length
      const none = writeOutcomes([])
      await ledger.recordConcluded(lease.current(), record.id, batch.number, none, clock.now())
    }
    await ledger.transition(lease.current(), record.id, 'delivery_ended', clock.now())
  }
  const last = await lastConclusion(ledger, record.id)
  if (last !== null) {
    const generation = await ledger.beginMerge(lease.current())
    await ledger.finishMerge(lease.current(), record.id, generation, last)
  }
  const event = inDelivery || record.state === 'confirming' ? 'failure' : 'superseded'
  await ledger.transition(lease.current(), record.id, event, clock.now())
  await context.warehouse.session((session) => dropTables(runContext(context, record.id), session))
  return operations
}

/** Batches read at once: they carry their payloads. */
const batchesPerRead = 20

/** The number of the run's last conclusion; null where nothing is concluded and not merged. */
export async function lastConclusion(
  ledger: Pick<Ledger, 'concludedBatches'>,
  runId: string,
): Promise<number | null> {
  for (let last: number | null = null; ; ) {
    const batches = await ledger.concludedBatches(runId, last ?? 0, batchesPerRead)
    if (batches.length === 0) return last
    last = batches.at(-1)?.conclusion ?? last
  }
}

/** No state knows of it: whoever finds it is stopped, until the recovery has come to its end. */
const recovering = 'recovering'

async function allowRuns(context: PushContext): Promise<void> {
  const { dialect, shared, sync, ledger, lease, warehouse } = context
  const { literal, quote } = dialect
  const opening = await ledger.announceOpening(lease.current(), recovering)
  const update = statement(
    `update ${tableReference(dialect, shared.syncs)} set ${quote('opening')} = ${literal(opening)} where ${quote('sync')} = ${literal(sync.name)}`,
  )
  await warehouse.session((session) => session.execute([fenceStatement(context), update]))
}
