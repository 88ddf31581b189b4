/** Use cases of one push sync that are runs: plan it, run it, apply a plan, adopt, retry. */
import { applyPlan } from '../../engine/push/apply.ts'
import { checkAccount } from '../../engine/push/look/account.ts'
import type { Collaborators, LeaseKeeper } from '../../engine/context.ts'
import { describeObject, ownObject } from '../../engine/push/look/describe-object.ts'
import { pushErrors } from '../../engine/push/errors/errors.ts'
import type { Selection } from '../../engine/push/plan/model.ts'
import type { CallForecast } from '../../core/plan/predict-calls.ts'
import type { CallPrediction } from '../../engine/push/plan/predict-calls.ts'
import type { Progress as EngineProgress } from '../../engine/progress.ts'
import { adopt, planOnly, type PushMethod, retry, runPush } from '../../engine/push/push.ts'
import type { PushReport } from '../../engine/push/push-report.ts'
import type { PushRunKind } from '../../model/run.ts'
import type { PushSync } from '../../model/sync.ts'
import { breachSamples, type SampledBreach } from './breach-samples.ts'
import { callsSince, type EndpointCount } from '../call-counts.ts'
import { openCollaborators } from './open-collaborators.ts'
import { isPaused } from '../run/name-in-state.ts'
import { type RunRequest, runUnderLease, type Waiting } from '../run/run-under-lease.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { CallForecast, CallPrediction, PushReport, SampledBreach }

export type Progress = EngineProgress | Waiting

/** A report with what the push asked of the CRM, and some of what its guards are about. */
export interface PushResult extends PushReport {
  readonly breaches: readonly SampledBreach[]
  readonly calls: readonly EndpointCount[]
}

export interface PushRequest extends Pick<RunRequest, 'onHeld'> {
  readonly kind: PushRunKind
  /** The run whose plan `apply` delivers; null for every other kind. */
  readonly plan: string | null
  readonly first: boolean
  readonly force: boolean
  /** Ends jobs in the CRM that earlier runs left, instead of waiting for them. */
  readonly givesUpJobs?: boolean
  readonly selection: Selection
  readonly signal: AbortSignal
  readonly progress: (event: Progress) => void
}

const methods: Readonly<Record<PushRunKind, PushMethod>> = {
  plan: planOnly,
  run: runPush,
  apply: applyPlan,
  adopt,
  retry,
}

/** Throws `app.stopped` where `signal` ended it before there was anything to report. */
export async function pushSync(
  workspace: Workspace,
  sync: PushSync,
  request: PushRequest,
): Promise<PushResult> {
  await refuseToStart(workspace, sync, request)
  return runUnderLease(workspace, sync, { ...request, run: request.plan }, (held) =>
    push(workspace, sync, { ...request, signal: held.signal }, held),
  )
}

async function push(
  workspace: Workspace,
  sync: PushSync,
  request: PushRequest,
  { runId, lease }: { readonly runId: string; readonly lease: LeaseKeeper },
): Promise<PushResult> {
  const { kind, first, force, selection, signal } = request
  // Before it sends nothing is at stake; later a read tells what became of a write, and is awaited.
  let isSending = false
  const opened = await openCollaborators(workspace, sync, {
    readsEndAt: () => (isSending ? null : signal),
    progress: (event) => {
      isSending = sendsAfter(event)
      request.progress(event)
    },
  })
  const collaborators = { ...opened, givesUpJobs: request.givesUpJobs === true }
  const { crm } = collaborators
  const before = crm.calls()
  const options = { runId, kind, first, force, selection, signal }
  const report = await methods[kind](collaborators, lease, options)
  const isAsked = callsSince(before, crm.calls()).length > 0
  // A run with nothing to do asks the CRM for nothing; in a plan people look for their mistakes.
  if (kind === 'plan' && !isAsked) await refuseOtherTarget(collaborators)
  const breaches = await breachSamples(workspace, sync, report)
  return { ...report, breaches, calls: callsSince(before, crm.calls()) }
}

/** Whether requests that write may be under way once this was told. */
function sendsAfter(event: EngineProgress): boolean {
  switch (event.at) {
    case 'recovering':
    case 'diffing':
    case 'diffed':
    case 'planning':
      return false
    case 'planned':
    case 'predicted':
    case 'delivering':
    case 'confirmed':
      return true
    default:
      return event satisfies never
  }
}

/** Whether account and object are those of the baseline, and the object is there. */
async function refuseOtherTarget(collaborators: Collaborators): Promise<void> {
  await checkAccount(collaborators)
  await describeObject(collaborators, ownObject(collaborators.sync))
}

/** What writes to the CRM needs the connection's leave; a plan is made of a paused sync, too. */
async function refuseToStart(
  workspace: Workspace,
  sync: PushSync,
  { kind }: PushRequest,
): Promise<void> {
  if (kind === 'plan') return
  const connection = workspace.project.connections.get(sync.crm)
  if (kind !== 'adopt' && connection?.writable === false) {
    throw pushErrors.not_writable({
      message: `Sync ${sync.name}: ${connection.notWritableBecause ?? 'the connection is read-only'}`,
      place: sync.place,
    })
  }
  if (await isPaused(await workspace.ledger(), sync))
    throw pushErrors.paused({ message: `Sync ${sync.name} is paused.` })
}
