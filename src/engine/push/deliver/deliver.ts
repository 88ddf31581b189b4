/**
 * Delivery: the plan's operations, phase by phase, in batches of one kind, several in flight. Each
 * batch is in the ledger before its request starts and after its outcomes are known; the baseline
 * follows in merges of its own (promise 1).
 */
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { OperationOutcome } from '../../../core/delivery/outcome.ts'
import { changesOnlyLinks } from '../../../core/plan/link-change.ts'
import { type PayloadPurpose, writeOutcomes, writePayload } from '../../../core/delivery/payload.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { readPlanRow } from '../../../core/plan/plan-text.ts'
import { readClearFirst } from '../../../core/sql/plan.ts'
import { type Batch, cutRequests, cutSmaller, jobsAtOnce } from '../../../core/plan/batches.ts'
import { BatchQueue, batchRules } from './batch-queue.ts'
import { ClaimedRecords } from './claimed-records.ts'
import { reopenReleased } from '../../../core/sql/reopen.ts'
import { fenceStatement } from '../../working-schema.ts'
import { confirmDelivered, type MergeBasis } from './confirm.ts'
import type { CallCap } from './calls.ts'
import type { RunContext } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { failureError } from '../errors/failures.ts'
import { isLeftInPeace, JobUnderWay, underWayError } from './jobs.ts'
import { kindOf } from './load-of.ts'
import { type PlanPhase, readPhases } from './plan-phases.ts'
import { sendJob } from './send-job.ts'
import { Slots } from './slots.ts'
import type { OutcomeCounts } from '../../progress.ts'
import { noOutcomes } from '../../progress.ts'
import { notAppliedReason, send } from './send.ts'
import type { Halt, SendContext } from './send-context.ts'
import { RequestFailure } from '../../../connector/connector.ts'

/** Outcomes that the ledger gathers before they are merged; bounds the size of the state file. */
const outcomesPerMerge = 20_000

export interface Delivery {
  readonly outcomes: OutcomeCounts
  readonly reasons: Readonly<Record<string, number>>
  /** Operations that were never sent; the next run plans them anew. */
  readonly unsent: number
  /** Operations in flight that the run leaves to the next one, which clears them up. */
  readonly underWay: number
  readonly halt: Halt | null
}

export interface DeliverOptions {
  readonly mapping: CompiledMapping
  /** As in `SendContext`. */
  readonly lookedAt: number
  readonly basis: MergeBasis
  readonly operations: number
  readonly cap: CallCap
  readonly signal: AbortSignal
}

export async function deliver(context: RunContext, options: DeliverOptions): Promise<Delivery> {
  const delivery = new DeliveryLoop(context, options)
  return delivery.run()
}

/**
 * The only concurrent machine of a push. Workers take batches from one queue; the first that learns
 * that nothing more should be sent sets `halt`, and the others finish what they have in flight. A
 * phase ends when all its batches are concluded, so that what releases a match value is done before
 * what claims it. Merges go on beside the sending, one at a time: a rate limit that waits for the
 * warehouse is a rate limit unused.
 */
class DeliveryLoop {
  readonly #context: RunContext
  readonly #options: DeliverOptions
  readonly #outcomes = { ...noOutcomes }
  readonly #reasons: Record<string, number> = {}
  readonly #claimed: ClaimedRecords
  #halt: Halt | null = null
  #concluded = 0
  /** Records that were written, and did not get their associations. */
  #unlinked = 0
  #underWay = 0
  #unmerged = 0
  #nextBatch = 1
  #merging: Promise<void> | null = null
  readonly #jobs = new Slots(jobsAtOnce)
  /** What ended a merge or a worker; nothing more is sent, and the caller is told. */
  #failure: { readonly error: unknown } | null = null

  constructor(context: RunContext, options: DeliverOptions) {
    this.#context = context
    this.#options = options
    this.#claimed = new ClaimedRecords(context)
  }

  async run(): Promise<Delivery> {
    const { warehouse, ledger, runId } = this.#context
    this.#nextBatch = (await ledger.lastBatchNumber(runId)) + 1
    const rules = batchRules(this.#context, this.#options.mapping)
    const phases = await warehouse.session((session) => readPhases(this.#context, session, rules))
    try {
      await this.#clearFirst()
      for (const phase of phases) {
        if (this.#stopped()) break
        await this.#deliverPhase(phase)
      }
    } finally {
      await this.#merging
    }
    if (this.#failure !== null) throw this.#failure.error
    return {
      outcomes: this.#outcomes,
      reasons: this.#reasons,
      unsent: this.#options.operations - this.#concluded - this.#underWay,
      underWay: this.#underWay,
      halt: this.#halt,
    }
  }

  /** Breaks rings of claims: a record gives its match value up before another may take it. */
  async #clearFirst(): Promise<void> {
    const { dialect, run, tables, warehouse, connector } = this.#context
    const match = this.#options.mapping.match?.field.name
    if (match === undefined) return
    const rows = await warehouse.session((session) => session.query(readClearFirst(dialect, run)))
    const claims = rows.map(readPlanRow)
    const releases = claims.map((row) => ({
      ...row,
      changes: { [match]: { crm: row.releases, after: null } },
    }))
    for (let start = 0; start < releases.length; start += connector.pages.update) {
      if (this.#stopped()) return
      const batch = releases.slice(start, start + connector.pages.update)
      const owed = claims.slice(start, start + connector.pages.update).flatMap((row) => {
        const matchValue = row.changes[match]?.after ?? null
        return row.remoteId === null || matchValue === null
          ? []
          : [{ remoteId: row.remoteId, matchValue }]
      })
      await warehouse.session((session) =>
        session.execute([fenceStatement(this.#context), reopenReleased(dialect, tables, owed)]),
      )
      await this.#deliverBatch({ rows: batch, byJob: false }, 'releases')
    }
  }

  async #deliverPhase(phase: PlanPhase): Promise<void> {
    const queue = new BatchQueue(this.#context, this.#options.mapping, phase)
    const work = async (): Promise<void> => {
      while (await this.#mayGoOn()) {
        const endJob = await this.#jobs.take()
        try {
          const batch = await queue.next()
          if (batch === null) return
          if (!batch.byJob) endJob()
          // While it was fetched, another worker may have learned that nothing more should be sent.
          if (!this.#stopped()) await this.#deliverBatch(batch)
        } finally {
          endJob()
        }
      }
    }
    const workers = Array.from({ length: this.#context.concurrency }, () =>
      work().catch((error: unknown) => this.#fail(error)),
    )
    await Promise.all(workers)
    await queue.settled()
  }

  async #mayGoOn(): Promise<boolean> {
    const reached = this.#stopped() ? null : await this.#options.cap.exhausted()
    if (reached !== null) this.#halt ??= { why: 'exhausted', message: `${reached} is reached` }
    // A merge that falls behind holds the sending up, or the state would grow without bounds.
    while (!this.#stopped() && this.#merging !== null && this.#isMergeDue()) await this.#merging
    return !this.#stopped()
  }

  async #deliverBatch(
    { rows, byJob }: Batch<PlanRow>,
    purpose: PayloadPurpose = 'operations',
  ): Promise<void> {
    if (byJob) return this.#deliverJob(rows)
    const { ledger, lease, runId, clock } = this.#context
    const number = this.#nextBatch++
    const isTold = purpose === 'operations'
    const load = isTold ? kindOf(this.#context, this.#options.mapping.identity, rows) : undefined
    const payload = writePayload({ purpose, load, rows })
    await this.#recordSending(number, payload)
    let attempt = 1
    const recordResend = async (): Promise<void> => {
      attempt += 1
      const batch = { number, attempt, payload }
      await ledger.recordSending(lease.current(), runId, batch, clock.now())
    }
    const sent = await this.#inFlight(rows, () => send(this.#sendContext(recordResend), rows))
    if (sent !== null) await this.#conclude(number, rows, purpose === 'releases' ? [] : sent)
  }

  /** What a job leaves over goes by requests or smaller jobs, in batches of its own. */
  async #deliverJob(rows: readonly PlanRow[]): Promise<void> {
    const { ledger, lease, runId, clock } = this.#context
    const number = this.#nextBatch++
    const load = kindOf(this.#context, this.#options.mapping.identity, rows)
    await this.#recordSending(number, writePayload({ purpose: 'operations', load, rows }))
    const context = this.#sendContext(() => Promise.resolve())
    const sent = await this.#inFlight(rows, () =>
      sendJob(context, rows, (job) =>
        ledger.recordJob(lease.current(), runId, number, job, clock.now()),
      ),
    )
    if (sent === null) return
    await this.#conclude(number, rows, sent.outcomes)
    const rules = batchRules(this.#context, this.#options.mapping)
    const cut = sent.isTooLarge === true ? cutSmaller : cutRequests
    for (const batch of cut(sent.rest, rules)) {
      if (this.#stopped()) return
      await this.#deliverBatch(batch)
    }
  }

  async #recordSending(number: number, payload: string): Promise<void> {
    const { ledger, lease, runId, clock, connector } = this.#context
    const held = await lease.ensure(connector.timing.requestTimeoutMs)
    await ledger.recordSending(held, runId, { number, attempt: 1, payload }, clock.now())
  }

  async #conclude(
    number: number,
    rows: readonly PlanRow[],
    sent: readonly OperationOutcome[],
  ): Promise<void> {
    const { ledger, lease, runId, clock } = this.#context
    const outcomes = sent.length === 0 ? [] : await this.#claimed.claim(this.#context, rows, sent)
    const text = writeOutcomes(outcomes)
    await ledger.recordConcluded(lease.current(), runId, number, text, clock.now())
    this.#claimed.concluded(outcomes)
    for (const { status, reason } of outcomes) this.#count(status, reason)
    this.#unlinked += unlinkedAmong(rows, outcomes)
    this.#mergeBeside()
    this.#refuseToGoOnInVain(outcomes)
    this.#context.progress({
      at: 'delivering',
      done: this.#concluded,
      operations: this.#options.operations,
      waitingMs: 0,
    })
  }

  #sendContext(recordResend: SendContext['recordResend']): SendContext {
    return {
      ...this.#context,
      mapping: this.#options.mapping,
      lookedAt: this.#options.lookedAt,
      signal: this.#options.signal,
      recordResend,
      reserve: (id, key) => this.#claimed.reserve(id, key),
      ownersOf: (ids) => this.#claimed.ownersOf(ids),
      matchValuesOf: (ids) => this.#claimed.matchValuesOf(ids),
      halt: (halt) => {
        this.#halt ??= halt
      },
    }
  }

  /** Null when the fates could not be found out: the batch stays `sending` for the next run. */
  async #inFlight<T>(rows: readonly PlanRow[], work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      const peace = peaceOf(error)
      if (peace !== null) {
        this.#underWay += rows.length
        this.#halt ??= { why: 'exhausted', message: peace }
        return null
      }
      const told = this.#inFlightError(error)
      if (told === null) throw error
      // A batch in flight outweighs whatever else made the run stop: it must end with an error.
      if (this.#halt?.why !== 'error') this.#halt = { why: 'error', error: told }
      return null
    }
  }

  /** Null for an error that says nothing about what became of the batch. */
  #inFlightError(error: unknown): Error | null {
    if (error instanceof JobUnderWay) return underWayError(this.#context, error)
    return error instanceof RequestFailure ? failureError(this.#context, error) : null
  }

  /** A CRM that lets every request of ours die is not there; each further batch would wait as long. */
  #refuseToGoOnInVain(outcomes: readonly OperationOutcome[]): void {
    if (this.#outcomes.delivered > 0) return
    const lost = outcomes.find(
      (outcome) => outcome.reason === notAppliedReason || isUnlinked(outcome),
    )
    if (lost === undefined) return
    const { sync } = this.#context
    const written =
      this.#unlinked === 0
        ? 'nothing was written so far'
        : `${this.#unlinked} ${this.#unlinked === 1 ? 'record was' : 'records were'} written so far, and none of their associations`
    const message = `Sync ${sync.name}, connection ${sync.crm}: ${written}; the last was ${lost.message ?? 'lost'}.`
    this.#halt ??= { why: 'error', error: pushErrors.unreachable({ message }) }
  }

  #isMergeDue(): boolean {
    return this.#unmerged >= (this.#context.outcomesPerMerge ?? outcomesPerMerge)
  }

  /** Begins a merge of what is concluded by now, where enough is and none is under way. */
  #mergeBeside(): void {
    if (this.#merging !== null || !this.#isMergeDue()) return
    this.#unmerged = 0
    this.#merging = this.#merge()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#merging = null
      })
  }

  async #merge(): Promise<void> {
    const merged = this.#claimed.merging()
    await confirmDelivered(this.#context, this.#options.basis)
    merged()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
  }

  #count(status: keyof OutcomeCounts, reason: string | null): void {
    this.#outcomes[status] += 1
    this.#concluded += 1
    this.#unmerged += 1
    if (reason === null) return
    const name = `${status} ${reason}`
    this.#reasons[name] = (this.#reasons[name] ?? 0) + 1
  }

  #stopped(): boolean {
    return this.#halt !== null || this.#failure !== null || this.#options.signal.aborted
  }
}

/** The operation's associations did not arrive; its record was written, where that was to be. */
function isUnlinked({ reason }: OperationOutcome): boolean {
  return reason?.startsWith('association.') === true
}

function unlinkedAmong(rows: readonly PlanRow[], outcomes: readonly OperationOutcome[]): number {
  const written = new Set(rows.filter((row) => !changesOnlyLinks(row)).map((row) => row.sequence))
  return outcomes.filter((each) => isUnlinked(each) && written.has(each.sequence)).length
}

/** Why a batch may be left in flight without an error; null where it may not. */
function peaceOf(error: unknown): string | null {
  if (error instanceof JobUnderWay) return isLeftInPeace(error) ? error.message : null
  return error instanceof RequestFailure && error.kind === 'exhausted' ? error.message : null
}
