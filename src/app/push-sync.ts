/** Use cases of one push sync: plan it, run it. */
import type { LeaseKeeper } from '../engine/context.ts'
import type { Selection } from '../engine/model.ts'
import type { Progress } from '../engine/progress.ts'
import { planOnly, runPush } from '../engine/push.ts'
import type { PushReport } from '../engine/push-report.ts'
import { pushErrors } from '../engine/errors.ts'
import type { RunKind } from '../model/run.ts'
import type { PushSync } from '../model/sync.ts'
import { openTransform } from '../sandbox/open-transform.ts'
import { callsSince, type EndpointCount } from './call-counts.ts'
import { holdLease } from './lease-keeper.ts'
import { namingLocalCrm } from './local-crm.ts'
import { newRunId } from './run-id.ts'
import { stopped, watchStop } from './stop-watch.ts'
import { stoppableReads } from './stoppable-reads.ts'
import { systemClock } from './system-clock.ts'
import type { Workspace } from './workspace.ts'

export type { Progress, PushReport }

/** A report with what the push asked of the CRM. */
export interface PushResult extends PushReport {
  readonly calls: readonly EndpointCount[]
}

export interface PushRequest {
  readonly kind: Extract<RunKind, 'plan' | 'run'>
  readonly first: boolean
  readonly force: boolean
  readonly selection: Selection
  readonly signal: AbortSignal
  readonly progress: (event: Progress) => void
}

/** Requests in flight at once; the rate budget bounds what they may do together. */
const concurrency = 8

/** Throws `app.stopped` where `signal` ended it before there was anything to report. */
export async function pushSync(
  workspace: Workspace,
  sync: PushSync,
  request: PushRequest,
): Promise<PushResult> {
  const ledger = await workspace.ledger()
  await refuseToStart(workspace, sync, request)
  const clock = systemClock
  const runId = newRunId(clock.now(), Math.random)
  const lease = await holdLease(ledger, clock, sync.name, workspace.owner)
  const stop = watchStop(request.signal, ledger, runId)
  try {
    return await stop.within(
      push(workspace, sync, { ...request, signal: stop.signal }, { runId, lease }),
    )
  } catch (error) {
    if (stop.signal.aborted) throw stopped(stop.signal, error)
    throw namingLocalCrm(workspace.project.connections.get(sync.crm), error)
  } finally {
    stop.end()
    await lease.release()
  }
}

async function push(
  workspace: Workspace,
  sync: PushSync,
  request: PushRequest,
  { runId, lease }: { readonly runId: string; readonly lease: LeaseKeeper },
): Promise<PushResult> {
  const [ledger, warehouse, { connector, crm }] = await Promise.all([
    workspace.ledger(),
    workspace.warehouse(sync.warehouse),
    workspace.crm(sync.crm),
  ])
  const { kind, first, force, selection, signal } = request
  const before = crm.calls()
  // While it plans nothing is at stake; later a read tells what became of a write, and is awaited.
  let isPlanning = true
  const method = kind === 'plan' ? planOnly : runPush
  const report = await method(
    {
      sync,
      connector,
      crm: stoppableReads(crm, () => (isPlanning ? signal : null)),
      warehouse,
      ledger,
      workingSchema: workspace.project.workingSchema,
      clock: systemClock,
      random: Math.random,
      progress: (event) => {
        if (event.at === 'planned') isPlanning = false
        request.progress(event)
      },
      concurrency,
      openTransform: (source) => openTransform(source, { clock: systemClock }),
    },
    lease,
    { runId, kind, first, force, selection, signal },
  )
  return { ...report, calls: callsSince(before, crm.calls()) }
}

async function refuseToStart(
  workspace: Workspace,
  sync: PushSync,
  request: PushRequest,
): Promise<void> {
  if (request.kind === 'plan') return
  const connection = workspace.project.connections.get(sync.crm)
  if (connection?.writable === false) {
    throw pushErrors.not_writable({
      message: `Sync ${sync.name}: ${connection.notWritableBecause ?? 'the connection is read-only'}`,
      place: sync.place,
    })
  }
  const { paused } = await (await workspace.ledger()).sync(sync.name)
  if (paused) throw pushErrors.paused({ message: `Sync ${sync.name} is paused.` })
}
