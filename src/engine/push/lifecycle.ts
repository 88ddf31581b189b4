/**
 * The frame of every run: recover what was left, create the run, move it through its states, and
 * record its end. What happens in between is the work that the frame is given.
 */
import { dropRun } from '../../core/sql/drop-run.ts'
import { SynclineError } from '../../model/error.ts'
import type { RunEvent, RunKind, RunState } from '../../model/run.ts'
import { callsMade } from './deliver/calls.ts'
import {
  type Collaborators,
  type LeaseKeeper,
  type PushContext,
  pushContext,
  type RunContext,
  runContext,
} from '../context.ts'
import type { Selection } from './plan/model.ts'
import type { PushReport } from './push-report.ts'
import { dropTables, recoverMerge, recoverRuns } from './recover.ts'
import { recordRun } from './report.ts'
import { enterSchema, type Entry, readySchema, upgradeTables } from '../working-schema.ts'

export interface PushOptions {
  readonly runId: string
  readonly kind: RunKind
  /** The sync has no baseline yet and may write all the same. */
  readonly first: boolean
  /** Guards are shown but don't stop. */
  readonly force: boolean
  readonly selection: Selection
  /** Aborted to stop after the batches in flight. */
  readonly signal: AbortSignal
}

export async function withRun(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: PushOptions,
  work: (context: RunContext, startedAt: number) => Promise<PushReport>,
): Promise<PushReport> {
  const push = await openPush(collaborators, lease)
  const startedAt = push.clock.now()
  const { runId, kind } = options
  await push.ledger.createRun(lease.current(), { id: runId, kind, state: 'planning', startedAt })
  const context = runContext(push, runId)
  return orFail(context, () => work(context, startedAt))
}

export interface PushOpening extends Pick<Entry, 'remakesErasures'> {
  /** Of plans that wait for a person; none is kept unless said. */
  readonly keepsPlan?: (runId: string) => boolean
}

/** Opens working schema and state for a sync and brings what was left to its end. */
export async function openPush(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  { keepsPlan = () => false, remakesErasures = false }: PushOpening = {},
): Promise<PushContext> {
  const { ledger, sync, warehouse } = collaborators
  const opening = pushContext(collaborators, lease, await ledger.stateId())
  const record = await ledger.sync(sync.name)
  const known = await warehouse.session(async (session) => {
    const catalogue = await readySchema(opening, session)
    const opened = await enterSchema(opening, session, record, { remakesErasures })
    await upgradeTables(opening, session, catalogue)
    return opened
  })
  const { keyName } = known
  if (keyName !== null && keyName !== record.keyName) {
    await ledger.keepKeyName(lease.current(), keyName)
  }
  const push = { ...opening, bound: known, keyName: keyName ?? sync.name }
  await recoverMerge(push, known)
  await recoverRuns(push, keepsPlan)
  return push
}

/** An error before anything was sent ends the run; later ones are left for recovery. */
export async function orFail<T>(context: RunContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await endUnsent(context, error)
    throw error
  }
}

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
  // The tables go first: nothing looks for those of a run that has ended.
  await context.warehouse.session((session) => dropTables(context, session)).catch(() => undefined)
  await ledger
    .transition(context.lease.current(), runId, 'failure', context.clock.now(), {
      error: details,
      report: { calls: callsMade(context) },
    })
    .catch(() => undefined)
}

export async function advance(
  context: RunContext,
  event: RunEvent,
  details: { report?: unknown; error?: SynclineError | null } = {},
): Promise<void> {
  const { error, report } = details
  await context.ledger.transition(
    context.lease.current(),
    context.runId,
    event,
    context.clock.now(),
    {
      ...(report === undefined ? {} : { report }),
      ...(error === undefined || error === null
        ? {}
        : { error: { code: error.code, message: error.message } }),
    },
  )
}

/**
 * The run's last step: its row in the working schema, its tables gone, its end in the ledger. One that leaves
 * batches in flight has not ended: that is the next run's work, which needs the tables.
 */
export async function finish(
  context: RunContext,
  kind: RunKind,
  result: PushReport,
): Promise<void> {
  if (result.state === 'delivering') return
  await context.warehouse.session(async (session) => {
    await recordRun(context, session, kind, result)
    await session.execute(dropRun(context.dialect, context.run))
  })
  await advance(context, endings[result.state] ?? 'failure', {
    report: result,
    error: result.error,
  })
}

/** The event that brings a run to the state its report tells. */
const endings: Partial<Record<RunState, RunEvent>> = {
  succeeded: 'confirmed',
  failed: 'failure',
  cancelled: 'cancellation',
}
