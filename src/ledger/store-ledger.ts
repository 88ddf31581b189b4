/** The ledger over a store: joins what the files of its nouns do into the one contract. */
import {
  concludedBatches,
  jobsOf,
  lastBatchNumber,
  recordConcluded,
  recordJob,
  recordSending,
  sendingBatches,
} from './batches.ts'
import { budgetRecords, takeBudgetTurn } from './budgets.ts'
import { acquireLease, leaseOf, releaseLease, renewLease } from './leases.ts'
import type { Ledger } from './ledger.ts'
import { announceOpening, confirmOpening } from './openings.ts'
import { abandonMerge, beginMerge, finishMerge } from './merges.ts'
import {
  createRun,
  requestCancel,
  runRecord,
  runRecords,
  runTransitionsOf,
  transition,
} from './runs.ts'
import { beginScheduled, endScheduled, noteSchedule, scheduleRecords } from './schedules.ts'
import { scrub } from './scrub.ts'
import { openMigrated } from '../store/migrate.ts'
import type { Store } from '../store/store.ts'
import { holeRecords } from './subscription-holes.ts'
import { keepSubscriptions, leaveSubscriptions, subscriptionRecords } from './subscriptions.ts'
import { bindAccount, keep, renameSync, setPaused, syncRecord, syncRecords } from './syncs.ts'

/** Brings the store to the newest format; closes it when that is refused. */
export async function openStoreLedger(store: Store): Promise<Ledger> {
  return storeLedger(await openMigrated(store))
}

/** The ledger over a store that has the newest format. */
export function storeLedger(store: Store): Ledger {
  return {
    stateId: () => ownText(store, 'state_id'),
    erasureKey: () => ownText(store, 'erasure_key'),
    sync: (name) => syncRecord(store, name),
    syncs: () => syncRecords(store),
    renameSync: (from, to, kept) => renameSync(store, from, to, kept),
    setPaused: (sync, paused) => setPaused(store, sync, paused),
    bindAccount: (lease, accountId) => bindAccount(store, lease, accountId),
    keepKeyName: (lease, keyName) => keep(store, lease, 'key_name', keyName),
    keepErasure: (lease, at) => keep(store, lease, 'erased_at', at),
    announceOpening: (lease, found) => announceOpening(store, lease, found),
    confirmOpening: (lease, id) => confirmOpening(store, lease, id),

    acquireLease: (sync, owner, ttlMs, now, gone) =>
      acquireLease(store, { sync, owner, ttlMs, now, gone }),
    renewLease: (lease, ttlMs, now) => renewLease(store, lease, ttlMs, now),
    releaseLease: (lease) => releaseLease(store, lease),
    leaseOf: (sync) => leaseOf(store, sync),

    createRun: (lease, run) => createRun(store, lease, run),
    transition: (lease, runId, event, at, details) =>
      transition(store, lease, runId, event, at, details),
    run: (id) => runRecord(store, id),
    runs: (filter) => runRecords(store, filter),
    transitions: (runId) => runTransitionsOf(store, runId),
    requestCancel: (runId) => requestCancel(store, runId),

    recordSending: (lease, runId, batch, at) => recordSending(store, lease, runId, batch, at),
    recordJob: (lease, runId, batchNumber, job, at) =>
      recordJob(store, lease, runId, batchNumber, job, at),
    recordConcluded: (lease, runId, batchNumber, outcomes, at) =>
      recordConcluded(store, lease, runId, batchNumber, outcomes, at),
    sendingBatches: (runId) => sendingBatches(store, runId),
    concludedBatches: (runId, after, limit) => concludedBatches(store, runId, after, limit),
    jobs: (runIds) => jobsOf(store, runIds),
    lastBatchNumber: (runId) => lastBatchNumber(store, runId),

    beginMerge: (lease) => beginMerge(store, lease),
    finishMerge: (lease, runId, generation, throughConclusion) =>
      finishMerge(store, lease, runId, generation, throughConclusion),
    abandonMerge: (lease) => abandonMerge(store, lease),

    takeBudgetTurn: (turn, isGone) => takeBudgetTurn(store, turn, isGone),
    budgets: () => budgetRecords(store),

    keepSubscriptions: (turn, isGone) => keepSubscriptions(store, turn, isGone),
    leaveSubscriptions: (connection, owner, at) => leaveSubscriptions(store, connection, owner, at),
    subscriptions: () => subscriptionRecords(store),
    subscriptionHoles: (connection) => holeRecords(store, connection),

    noteSchedule: (sync, kind, at) => noteSchedule(store, sync, kind, at),
    beginScheduled: (record, runId, at) => beginScheduled(store, record, runId, at),
    endScheduled: (sync, kind, startedAt, at) => endScheduled(store, sync, kind, startedAt, at),
    schedules: () => scheduleRecords(store),

    scrub: (texts) => scrub(store, texts),
    backup: (target) => store.backup(target),
    close: () => store.close(),
  }
}

async function ownText(store: Store, column: 'state_id' | 'erasure_key'): Promise<string> {
  const text = `select ${column} as own from ${store.dialect.prefix}ledger_state`
  const [result] = await store.execute([{ text, parameters: [], expectRows: 1 }])
  return String(result?.rows[0]?.own)
}
