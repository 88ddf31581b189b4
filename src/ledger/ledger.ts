/**
 * The durable memory of runs, batches, outcomes and leases. Every method is one short transaction;
 * a write that resolves is on disk. Writes on behalf of a run carry its lease, and a lease that was
 * lost refuses them with `ledger.lease_lost` (promise 7).
 */
import type { BudgetRecord, BudgetShare, BudgetTurn } from '../model/budget.ts'
import type { FirstRunState, RunEvent, RunKind, RunState } from '../model/run.ts'
import type { ScheduledKind, ScheduleRecord } from '../model/schedule.ts'
import type { KeptHole, SubscriptionRecord, SubscriptionTurn } from '../model/subscription.ts'

/** What the ledger remembers of a sync. */
export interface SyncRecord {
  readonly sync: string
  /** The CRM account the baseline is bound to; null before the first run that wrote one. */
  readonly accountId: string | null
  /** Number of merges into the baseline that the ledger knows to be committed. */
  readonly generation: number
  /** A merge that was begun and not known to be committed: `generation + 1`, else null. */
  readonly mergingGeneration: number | null
  /** Ids of the openings of the working schema, one of which it must hold; null stands for none. */
  readonly openings: readonly (string | null)[]
  readonly paused: boolean
  /** What the keys begin with that a push gave to records in the CRM; null for the name that it has. */
  readonly keyName: string | null
  /** When the sync last erased what it kept of somebody, in milliseconds since the epoch; null for never. */
  readonly erasedAt: number | null
}

/** Of a sync that is renamed to a name that has runs of its own. */
export type KeptRecord = 'from' | 'to'

export interface Lease {
  readonly sync: string
  readonly owner: string
  /** Grows with each acquisition; the warehouse refuses writes under a smaller one. */
  readonly fence: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export interface RunRecord {
  readonly id: string
  readonly sync: string
  readonly kind: RunKind
  readonly state: RunState
  readonly startedAt: number
  readonly endedAt: number | null
  readonly cancelRequested: boolean
  /** The report: counts by outcome, calls, durations. Null until there is something to tell. */
  readonly report: unknown
  /** `{ code, message }` of the error that ended it. */
  readonly error: { readonly code: string; readonly message: string } | null
}

export interface RunTransition {
  readonly from: RunState
  readonly event: RunEvent
  readonly to: RunState
  readonly at: number
}

/** A batch before its request starts: enough to resolve its fate without the plan. */
export interface BatchIntent {
  readonly number: number
  /** Attempt of the same operations, from 1. */
  readonly attempt: number
  /** JSON text: operations with payload, as the engine serialises them. */
  readonly payload: string
}

export interface SendingBatch extends BatchIntent {
  readonly sentAt: number
  /** The CRM's job that the batch became; null for one that is sent by a request. */
  readonly job: BatchJob | null
}

/** A job of the CRM's. One that was never told to begin has written nothing. */
export interface BatchJob {
  /** The CRM's own id. */
  readonly id: string
  readonly started: boolean
}

/** What was to be sent is no longer kept: the outcomes say what became of it. */
export interface ConcludedBatch {
  readonly number: number
  /** Order of conclusion within the run, from 1. */
  readonly conclusion: number
  /** JSON text: one outcome per operation. */
  readonly outcomes: string
  /** As in `SendingBatch`. */
  readonly job: BatchJob | null
}

/** A job that one of a run's batches became. */
export interface RunJob {
  readonly runId: string
  /** The CRM's own id. */
  readonly id: string
  /** Null for one that was never told to begin. */
  readonly startedAt: number | null
}

export interface NewRun {
  readonly id: string
  readonly kind: RunKind
  /** Where it begins. */
  readonly state: FirstRunState
  readonly startedAt: number
}

export interface SubscriptionKeeping {
  /** Whether the turn was the owner's to take; if not, nothing was written. */
  readonly isOurs: boolean
  /** As it was before; null where nobody ever kept any. */
  readonly before: SubscriptionRecord | null
}

export interface Ledger {
  /** Made once with the state; written into the working schema to recognise a foreign or lost state. */
  stateId(): Promise<string>
  /** Made once with the state, and kept nowhere else: the key of the digests by which erased records are known. */
  erasureKey(): Promise<string>
  /** The sync's record, created when there is none. */
  sync(name: string): Promise<SyncRecord>
  syncs(): Promise<readonly SyncRecord[]>
  /**
   * Moves everything known of `from` to `to`; nobody holds either afterwards. If `to` has runs it is refused with
   * `ledger.sync_exists`, unless `kept` tells whose record stays, and whose schedules and holes where both have some: then the runs of both do.
   */
  renameSync(from: string, to: string, kept?: KeptRecord): Promise<void>
  setPaused(sync: string, paused: boolean): Promise<void>
  bindAccount(lease: Lease, accountId: string): Promise<void>
  /** Remembers it beside the warehouse, which may be lost. */
  keepKeyName(lease: Lease, keyName: string): Promise<void>
  /** As `keepKeyName`: when the sync last erased what it kept of somebody. */
  keepErasure(lease: Lease, at: number): Promise<void>
  /**
   * Announces another opening of the working schema, which holds `found` now; gives the id that is to
   * take its place. Until that is found there, either may be.
   */
  announceOpening(lease: Lease, found: string | null): Promise<string>
  /** The working schema holds this opening: no other may be found there any more. */
  confirmOpening(lease: Lease, id: string): Promise<void>

  /**
   * Takes the sync's lease if it is free, expired or the owner's own, with a new fence. Throws
   * `ledger.busy` naming the holder otherwise. `gone` is a lease whose holder is known to be dead: it
   * passes over in one step, so that nobody finds the sync free in between.
   */
  acquireLease(
    sync: string,
    owner: string,
    ttlMs: number,
    now: number,
    gone?: Lease,
  ): Promise<Lease>
  /** Prolongs it; throws `ledger.lease_lost` if another took it. */
  renewLease(lease: Lease, ttlMs: number, now: number): Promise<Lease>
  /** Frees it if it is still ours; never throws for a lost lease. */
  releaseLease(lease: Lease): Promise<void>
  /** Who holds the sync now, expired or not. */
  leaseOf(sync: string): Promise<Lease | null>

  createRun(lease: Lease, run: NewRun): Promise<RunRecord>
  /**
   * Applies an event of the transition table and records it; `report` and `error` are stored where
   * given. Throws `ledger.transition` (a bug) where the table has no such transition.
   */
  transition(
    lease: Lease,
    runId: string,
    event: RunEvent,
    at: number,
    details?: {
      readonly report?: unknown
      readonly error?: { readonly code: string; readonly message: string }
    },
  ): Promise<RunRecord>
  run(id: string): Promise<RunRecord | null>
  /** Newest first. */
  runs(filter: {
    readonly sync?: string
    readonly state?: readonly RunState[]
    readonly limit: number
  }): Promise<readonly RunRecord[]>
  transitions(runId: string): Promise<readonly RunTransition[]>
  requestCancel(runId: string): Promise<void>

  /** Records a batch as `sending`. Nothing may be sent before this resolves. */
  recordSending(lease: Lease, runId: string, batch: BatchIntent, at: number): Promise<void>
  /**
   * Records which job a batch that is `sending` became: before the job gets its data, and as started
   * before it is told to begin. A further attempt of the batch forgets it.
   */
  recordJob(
    lease: Lease,
    runId: string,
    batchNumber: number,
    job: BatchJob,
    at: number,
  ): Promise<void>
  /** Records a batch's outcomes; gives its conclusion number. Idempotent for a concluded batch. */
  recordConcluded(
    lease: Lease,
    runId: string,
    batchNumber: number,
    outcomes: string,
    at: number,
  ): Promise<number>
  /** Batches still `sending`, by number. */
  sendingBatches(runId: string): Promise<readonly SendingBatch[]>
  /** Concluded batches with a conclusion number greater than `after`, in order. */
  concludedBatches(runId: string, after: number, limit: number): Promise<readonly ConcludedBatch[]>
  /** Jobs that batches of these runs became last, in the order of the batches; merged ones included. */
  jobs(runIds: readonly string[]): Promise<readonly RunJob[]>
  /** Highest batch number ever recorded for the run, merged ones included; 0 when none. */
  lastBatchNumber(runId: string): Promise<number>

  /** Announces the merge of everything concluded so far; gives the generation the warehouse must write. */
  beginMerge(lease: Lease): Promise<number>
  /**
   * The warehouse committed `generation`, holding the run's outcomes up to `throughConclusion`:
   * those batches' payloads and outcomes are deleted. Which jobs they became is kept.
   */
  finishMerge(
    lease: Lease,
    runId: string,
    generation: number,
    throughConclusion: number,
  ): Promise<void>
  /** The announced merge is known not to have happened. */
  abandonMerge(lease: Lease): Promise<void>

  /**
   * One owner's turn in a rate budget that is made when first named. Owners that `isGone` tells to be
   * dead, and those that were silent for too long, hold nothing any more. Needs no lease: a budget is
   * shared by all syncs.
   */
  takeBudgetTurn(turn: BudgetTurn, isGone: (owner: string) => boolean): Promise<BudgetShare>
  /** Every rate budget as it was left by the last turn in it, by name. */
  budgets(): Promise<readonly BudgetRecord[]>

  /**
   * One process's turn in seeing to the subscriptions of a connection, which it has until `ttlMs` after
   * its last turn; others are refused meanwhile, unless `isGone` tells it to be dead. What the turn tells, holes
   * included, is written at once or not at all.
   */
  keepSubscriptions(
    turn: SubscriptionTurn,
    isGone: (owner: string) => boolean,
  ): Promise<SubscriptionKeeping>
  /** Leaves them to others, if they are the owner's; `at` as in a turn that receives, null in another. */
  leaveSubscriptions(connection: string, owner: string, at: number | null): Promise<void>
  /** By connection. */
  subscriptions(): Promise<readonly SubscriptionRecord[]>
  /** What the last turn left owed, by sync and object. */
  subscriptionHoles(connection: string): Promise<readonly KeptHole[]>

  /** From now on there is somebody to carry the schedule out; nothing changes where there was already. */
  noteSchedule(sync: string, kind: ScheduledKind, at: number): Promise<void>
  /**
   * Records that a schedule is begun, by a run or in vain (null). Gives false, and writes nothing, where another began it since the
   * record was read.
   */
  beginScheduled(record: ScheduleRecord, runId: string | null, at: number): Promise<boolean>
  /** Records that what was begun at `startedAt` came to its end. */
  endScheduled(sync: string, kind: ScheduledKind, startedAt: number, at: number): Promise<void>
  /** By sync and kind. */
  schedules(): Promise<readonly ScheduleRecord[]>

  /**
   * Takes these texts, whatever their case, out of the errors and reports of ended runs; then leaves
   * nothing of what was deleted in the database's own files. (SQLite: file and log are rewritten.
   * PostgreSQL: its vacuum, its log and its backups are its administrator's.)
   */
  scrub(texts: readonly string[]): Promise<void>
  /** A consistent copy, by the database's own means. SQLite: `target` is a file. */
  backup(target: string): Promise<void>
  close(): Promise<void>
}
