/**
 * The frame of every run that loads: take over what a dead one left, create the run, and record its end. Each load is
 * one transaction of the warehouse's, so there is nothing half-done to resolve.
 */
import { createEvents } from '../../core/history/remembered/pulled-events.ts'
import { createPins } from '../../core/history/columns/pins-table.ts'
import {
  createObjects,
  oweWhole,
  upgradeObjects,
} from '../../core/history/remembered/pulled-objects.ts'
import { createTombstones, upgradeTombstones } from '../../core/history/erase/tombstones.ts'
import { createReads } from '../../core/sql/run-rows.ts'
import { createUnread } from '../../core/sql/unread-events.ts'
import { openRunStates } from '../../model/run.ts'
import { SynclineError } from '../../model/error.ts'
import { enterSchema, type Entry, type OwnTables, readySchema } from '../working-schema.ts'
import type { LoadContext } from './context.ts'
import { dropLeftScratch } from './left-scratch.ts'
import type { ObjectReport, PullReport } from './pull.ts'
import { recordPull } from './record-pull.ts'

/** What the objects of a run came to. */
export interface Pulled {
  readonly objects: readonly ObjectReport[]
  /** Of one object at least; the others were pulled. Null for none. */
  readonly error: SynclineError | null
  /** What somebody should look at, and nothing stopped for. */
  readonly notices?: readonly SynclineError[]
  readonly calls: number
}

/** The most runs of a sync that can have been left: one. */
const mostLeft = 100

export async function withPullRun(
  context: LoadContext,
  work: () => Promise<Pulled>,
): Promise<PullReport> {
  const { kind, ledger, lease, runId, startedAt } = context
  await openPull(context)
  await supersedeLeft(context)
  await ledger.createRun(lease.current(), { id: runId, kind, state: 'pulling', startedAt })
  const pulled = await orFail(context, work)
  return conclude(context, pulled)
}

/** Puts up the fence, with tables behind it that are there. */
export async function openPull(
  context: LoadContext,
  { remakesErasures = false }: Pick<Entry, 'remakesErasures'> = {},
): Promise<void> {
  const { dialect, ledger, lease, shared, sync, warehouse } = context
  const record = await ledger.sync(sync.name)
  await warehouse.session(async (session) => {
    await readySchema(context, session, pullTables(context))
    // What the journal has let go of since, deletions above all, no read of recent changes brings back (promise 2).
    const owed = oweWhole(dialect, shared.objects, { sync: sync.name }, 'restored warehouse')
    const entry = { onRestored: [owed], remakesErasures }
    const { opening } = await enterSchema(context, session, record, entry)
    // A load may be all that came between a copy and this, and no merge of a pull is counted: one opening tells.
    await ledger.confirmOpening(lease.current(), opening)
    await dropLeftScratch(context, session, sync.objects)
  })
}

/** What pulls keep in the working schema. */
export function pullTables({
  dialect,
  shared,
}: Pick<LoadContext, 'dialect' | 'shared'>): OwnTables {
  const { erased, events, objects, pins, reads, unread } = shared
  return {
    creations: [
      { name: pins, create: createPins(dialect, pins) },
      { name: objects, create: createObjects(dialect, objects) },
      { name: events, create: createEvents(dialect, events) },
      { name: reads, create: createReads(dialect, shared) },
      { name: unread, create: createUnread(dialect, shared) },
      { name: erased, create: createTombstones(dialect, erased) },
    ],
    upgrade: (catalogue) => [
      ...upgradeObjects(dialect, objects, catalogue),
      ...upgradeTombstones(dialect, erased, catalogue),
    ],
  }
}

/** Whoever holds the sync finds only runs of processes that died, or lost it. Gives how many there were. */
export async function supersedeLeft({ clock, ledger, lease, sync }: LoadContext): Promise<number> {
  const left = await ledger.runs({ sync: sync.name, state: openRunStates, limit: mostLeft })
  for (const { id } of left) {
    await ledger.transition(lease.current(), id, 'superseded', clock.now())
  }
  return left.length
}

async function orFail(context: LoadContext, work: () => Promise<Pulled>): Promise<Pulled> {
  const { clock, ledger, lease, runId, signal } = context
  try {
    return await work()
  } catch (error) {
    const known = error instanceof SynclineError ? error : null
    const details = { code: known?.code ?? 'bug', message: known?.message ?? String(error) }
    const event = signal.aborted ? 'cancellation' : 'failure'
    // The error that ended the run matters more than one of writing it down.
    await ledger
      .transition(lease.current(), runId, event, clock.now(), { error: details })
      .catch(() => undefined)
    throw error
  }
}

async function conclude(
  context: LoadContext,
  { objects, error, notices = [], calls }: Pulled,
): Promise<PullReport> {
  const { clock, kind, ledger, lease, runId, startedAt, sync, warehouse } = context
  const report: PullReport = {
    sync: sync.name,
    runId,
    kind,
    state: error === null ? 'succeeded' : 'failed',
    startedAt,
    endedAt: clock.now(),
    objects,
    error,
    notices,
  }
  await warehouse.session((session) => recordPull(context, session, report, calls))
  await ledger.transition(
    lease.current(),
    runId,
    error === null ? 'confirmed' : 'failure',
    report.endedAt,
    {
      report: {
        ...report,
        objects: objects.map(withoutKeys),
        error: undefined,
        notices: undefined,
      },
      ...(error === null ? {} : { error: { code: error.code, message: error.message } }),
    },
  )
  return report
}

/** The ledger keeps counts, not whose records they are. */
function withoutKeys(report: ObjectReport): object {
  return { ...report, withheldKeys: undefined }
}
