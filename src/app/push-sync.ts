/** Use cases of one push sync: plan it, run it. */
import type { Selection } from '../engine/model.ts'
import type { Progress } from '../engine/progress.ts'
import { planOnly, runPush } from '../engine/push.ts'
import type { PushReport } from '../engine/push-report.ts'
import { pushErrors } from '../engine/errors.ts'
import type { RunKind } from '../model/run.ts'
import type { PushSync } from '../model/sync.ts'
import { holdLease } from './lease-keeper.ts'
import { newRunId } from './run-id.ts'
import { systemClock } from './system-clock.ts'
import type { Workspace } from './workspace.ts'

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

export async function pushSync(
  workspace: Workspace,
  sync: PushSync,
  request: PushRequest,
): Promise<PushReport> {
  const ledger = await workspace.ledger()
  await refuseToStart(workspace, sync, request)
  const [warehouse, { connector, crm }] = await Promise.all([
    workspace.warehouse(sync.warehouse),
    workspace.crm(sync.crm),
  ])
  const clock = systemClock
  const lease = await holdLease(ledger, clock, sync.name, workspace.owner)
  try {
    const push = request.kind === 'plan' ? planOnly : runPush
    return await push(
      {
        sync,
        connector,
        crm,
        warehouse,
        ledger,
        workingSchema: workspace.project.workingSchema,
        clock,
        random: Math.random,
        progress: request.progress,
        concurrency,
      },
      lease,
      {
        runId: newRunId(clock.now(), Math.random),
        kind: request.kind,
        first: request.first,
        force: request.force,
        selection: request.selection,
        signal: request.signal,
      },
    )
  } finally {
    await lease.release()
  }
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
