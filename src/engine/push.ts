/**
 * One push from lease to report: recover what was left, plan, guard, deliver, confirm. The order of
 * the steps is the order of the run's states.
 */
import type { CompiledMapping } from '../core/mapping/mapping.ts'
import { breachedGuards, type GuardBreach, type PlanTotals } from '../core/plan/guards.ts'
import { SynclineError } from '../model/error.ts'
import type { RunEvent, RunKind, RunState } from '../model/run.ts'
import { confirmDelivered, confirmPlan, type MergeBasis } from './confirm.ts'
import {
  type Collaborators,
  type LeaseKeeper,
  type PushContext,
  pushContext,
  type RunContext,
  runContext,
} from './context.ts'
import { deliver, type Delivery } from './deliver.ts'
import { pushErrors } from './errors.ts'
import { type FinishedPlan, planPush } from './plan.ts'
import { type OutcomeCounts, noOutcomes } from './progress.ts'
import { dropPlan, recoverMerge, recoverRuns } from './recover.ts'
import { recordRun } from './report.ts'
import { openWorkingSchema } from './working-schema.ts'

export interface PushOptions {
  readonly runId: string
  readonly kind: RunKind
  /** The sync has no baseline yet and may write all the same. */
  readonly first: boolean
  /** Guards are shown but don't stop. */
  readonly force: boolean
  /** Aborted to stop after the batches in flight. */
  readonly signal: AbortSignal
}

export interface PushReport {
  readonly runId: string
  readonly sync: string
  readonly state: RunState
  /** Rows of the model, and rows that left it; the outcomes sum up to this. */
  readonly rows: number
  readonly planned: PlanTotals
  readonly outcomes: OutcomeCounts
  /** Rows by `status reason`. */
  readonly reasons: Readonly<Record<string, number>>
  /** Of the rejected, those rejected by an earlier run and unchanged since. */
  readonly heldRejected: number
  readonly breaches: readonly GuardBreach[]
  /** Why it ended early; the outcomes are true all the same. */
  readonly error: SynclineError | null
  readonly startedAt: number
  readonly endedAt: number
}

/** Plans, and leaves the plan in the working schema for a person to look at. */
export async function planOnly(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: PushOptions,
): Promise<PushReport> {
  return withRun(collaborators, lease, options, async (context, startedAt) => {
    const plan = await planPush(context)
    await advance(context, 'plan_stored')
    const breaches = guard(context, plan)
    return report(context, startedAt, 'planned', plan, null, breaches, null)
  })
}

/** Plans, guards, delivers and confirms. */
export async function runPush(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: PushOptions,
): Promise<PushReport> {
  return withRun(collaborators, lease, options, async (context, startedAt) => {
    const plan = await planPush(context)
    await advance(context, 'plan_stored')
    const breaches = guard(context, plan)
    const refusal = options.force ? null : refuse(context, plan, breaches, options)
    if (refusal !== null) {
      await advance(context, 'guard_refused', { error: refusal })
      return report(context, startedAt, 'stopped', plan, null, breaches, refusal)
    }
    const delivery = await deliverPlan(context, plan, options)
    const error = haltError(delivery)
    const ended = error === null ? 'succeeded' : 'failed'
    const result = report(context, startedAt, ended, plan, delivery, breaches, error)
    await context.warehouse.session(async (session) => {
      await recordRun(context, session, options.kind, result)
      await dropPlan(context, session)
    })
    await advance(context, error === null ? 'confirmed' : 'failure', { report: result, error })
    return result
  })
}

async function withRun(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: PushOptions,
  work: (context: RunContext, startedAt: number) => Promise<PushReport>,
): Promise<PushReport> {
  const { ledger, clock } = collaborators
  const push = pushContext(collaborators, lease, await ledger.stateId())
  await openAndRecover(push)
  const startedAt = clock.now()
  const { runId, kind } = options
  await ledger.createRun(lease.current(), { id: runId, kind, startedAt })
  const context = runContext(push, runId)
  try {
    return await work(context, startedAt)
  } catch (error) {
    await endUnsent(context, error)
    throw error
  }
}

async function openAndRecover(push: PushContext): Promise<void> {
  const record = await push.ledger.sync(push.sync.name)
  const known = await push.warehouse.session((session) => openWorkingSchema(push, session, record))
  await recoverMerge(push, known)
  await recoverRuns(push)
}

/** An error before anything was sent ends the run; later ones are left for recovery. */
async function endUnsent(context: RunContext, error: unknown): Promise<void> {
  const { ledger, runId } = context
  const record = await ledger.run(runId).catch(() => null)
  if (record?.state !== 'planning' && record?.state !== 'planned') return
  const known = error instanceof SynclineError ? error : null
  const details = {
    code: known?.code ?? 'bug',
    message: known?.message ?? String(error),
  }
  // The error that ended the run matters more than one of tidying up after it.
  await ledger
    .transition(context.lease.current(), runId, 'failure', context.clock.now(), { error: details })
    .then(() => context.warehouse.session((session) => dropPlan(context, session)))
    .catch(() => undefined)
}

async function deliverPlan(
  context: RunContext,
  plan: FinishedPlan,
  options: PushOptions,
): Promise<Delivery> {
  const { columns } = plan.prepared.diff
  const basis: MergeBasis = { columns, mappingVersion: plan.prepared.versions.version }
  await advance(context, 'delivery_started', { report: { mappingVersion: basis.mappingVersion } })
  // With nothing due there is no due table and nothing to merge.
  if (plan.mapping === null) {
    await advance(context, 'delivery_ended')
    return { outcomes: noOutcomes, reasons: {}, unsent: 0, halt: null }
  }
  await confirmPlan(context, basis)
  const delivery = await deliver(context, {
    mapping: plan.mapping satisfies CompiledMapping,
    basis,
    operations: plan.counts.operations,
    signal: options.signal,
  })
  const inFlight = await context.ledger.sendingBatches(context.runId)
  if (inFlight.length > 0) {
    // Fates are unknown: the run stays as it is, and the next one resolves them before it plans.
    await confirmDelivered(context, basis)
    throw delivery.halt?.why === 'error' ? delivery.halt.error : new Error('batches in flight')
  }
  await advance(context, 'delivery_ended')
  await confirmDelivered(context, basis)
  return delivery
}

function guard(context: RunContext, plan: FinishedPlan): readonly GuardBreach[] {
  if (plan.baselineRows === 0) return []
  return breachedGuards(plan.totals, context.sync.guards, plan.baselineRows)
}

function refuse(
  { sync }: RunContext,
  plan: FinishedPlan,
  breaches: readonly GuardBreach[],
  options: PushOptions,
): SynclineError | null {
  if (plan.counts.operations === 0) return null
  if (plan.baselineRows === 0 && !options.first) {
    const { creates, updates } = plan.totals
    return pushErrors.first_run({
      message: `Sync ${sync.name} has no baseline yet; it would create ${creates} records and update ${updates}.`,
      place: sync.place,
    })
  }
  if (breaches.length === 0) return null
  const told = breaches.map(
    ({ guard: name, planned, allowed }) => `${name}: ${planned} planned, ${allowed} allowed`,
  )
  return pushErrors.guard({ message: `Sync ${sync.name}: ${told.join('; ')}.`, place: sync.place })
}

function haltError(delivery: Delivery): SynclineError | null {
  if (delivery.halt?.why !== 'error') return null
  const { error } = delivery.halt
  return error instanceof SynclineError
    ? error
    : pushErrors.unreachable({ message: error.message, cause: error })
}

async function advance(
  context: RunContext,
  event: RunEvent,
  details: { report?: unknown; error?: SynclineError | null } = {},
): Promise<void> {
  const { error } = details
  await context.ledger.transition(
    context.lease.current(),
    context.runId,
    event,
    context.clock.now(),
    {
      ...(details.report === undefined ? {} : { report: details.report }),
      ...(error === undefined || error === null
        ? {}
        : { error: { code: error.code, message: error.message } }),
    },
  )
}

function report(
  context: RunContext,
  startedAt: number,
  state: RunState,
  plan: FinishedPlan,
  delivery: Delivery | null,
  breaches: readonly GuardBreach[],
  error: SynclineError | null,
): PushReport {
  const outcomes = { ...plan.counts.outcomes }
  const reasons = { ...plan.counts.reasons }
  if (delivery !== null) {
    for (const [status, rows] of Object.entries(delivery.outcomes)) {
      outcomes[status as keyof OutcomeCounts] += rows
    }
    for (const [reason, rows] of Object.entries(delivery.reasons)) {
      reasons[reason] = (reasons[reason] ?? 0) + rows
    }
    outcomes.deferred += delivery.unsent
    if (delivery.unsent > 0) reasons['deferred run.ended_early'] = delivery.unsent
  }
  return {
    runId: context.runId,
    sync: context.sync.name,
    state,
    rows: plan.counts.rows,
    planned: plan.totals,
    outcomes,
    reasons,
    heldRejected: plan.counts.held.rejected,
    breaches,
    error,
    startedAt,
    endedAt: context.clock.now(),
  }
}
