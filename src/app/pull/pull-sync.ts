/** Use cases of one pull sync that read its CRM: run it, reconcile it. */
import type { WholeReason } from '../../core/history/remembered/pulled-objects.ts'
import { readAll } from '../../engine/pull/read/read-all.ts'
import {
  type Drift,
  mostWithheldKeys,
  type ObjectReport,
  type PullProgress,
  type PullReport,
  type Selection,
} from '../../engine/pull/pull.ts'
import type { PullRunKind } from '../../model/run.ts'
import type { PullSync } from '../../model/sync.ts'
import { callsSince, type EndpointCount } from '../call-counts.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { appErrors } from '../errors.ts'
import { loadCollaborators } from './load-collaborators.ts'
import { pulledObject, refuseUnpulled } from './pulled-object.ts'
import { isPaused } from '../run/name-in-state.ts'
import {
  type HeldRun,
  type RunRequest,
  runUnderLease,
  type Waiting,
} from '../run/run-under-lease.ts'
import type { Workspace } from '../workspace/workspace.ts'

export { mostWithheldKeys }
export type { Drift, ObjectReport, Selection, WholeReason }

export type Progress = PullProgress | Waiting

/** A report with what the pull asked of the CRM. */
export interface PullResult extends PullReport {
  readonly calls: readonly EndpointCount[]
}

export interface PullRequest extends Pick<RunRequest, 'onHeld'> {
  readonly kind: Exclude<PullRunKind, 'replay'>
  /** Objects of the sync that are meant; empty for all. */
  readonly objects: readonly string[]
  /** Null for what is due. */
  readonly selection: Selection | null
  /** Shows what would change, and writes nothing. */
  readonly dryRun: boolean
  /** Guards are shown but don't stop. */
  readonly force: boolean
  /** Keys of records that a guard withheld to tell, of each object. */
  readonly withheldKeys?: number | undefined
  readonly signal: AbortSignal
  readonly progress: (event: Progress) => void
}

/** A server holds the sync for as long as each of its loads takes. */
export const betweenLoads = {
  run: null,
  patience: { patienceMs: 15_000, loadPatienceMs: 600_000 },
} as const

/** Throws `app.stopped` where `signal` ended it before there was anything to report. */
export async function pullSync(
  workspace: Workspace,
  sync: PullSync,
  request: PullRequest,
): Promise<PullResult> {
  refuseUnpulled(sync, request.objects)
  const objects = await objectsMeant(workspace, sync, request)
  await refuseToStart(workspace, sync, request)
  return runUnderLease(workspace, sync, { ...request, ...betweenLoads }, (held) =>
    pull(workspace, sync, { ...request, objects }, held),
  )
}

/** Ids are of one object. */
async function objectsMeant(
  workspace: Workspace,
  sync: PullSync,
  { objects, selection }: PullRequest,
): Promise<readonly string[]> {
  if (selection?.by !== 'ids') return objects
  const { source } = await workspace.source(sync.crm)
  return [pulledObject(sync, source.objects, objects[0] ?? null).name]
}

async function pull(
  workspace: Workspace,
  sync: PullSync,
  { kind, objects, selection, dryRun, force, withheldKeys, progress }: PullRequest,
  { runId, lease, signal }: HeldRun,
): Promise<PullResult> {
  const [collaborators, { source, reader }] = await Promise.all([
    loadCollaborators(workspace, sync, progress),
    workspace.source(sync.crm),
  ])
  if (source.reads === false && kind === 'reconcile') throw unreadSource(sync)
  const before = reader.calls()
  const pulled = readAll({ ...collaborators, source, reader }, lease, {
    runId,
    kind,
    objects,
    selection,
    dryRun,
    force,
    withheldKeys,
    signal,
  })
  const report = await ofCrm(workspace, sync.crm, pulled)
  return { ...report, calls: callsSince(before, reader.calls()) }
}

function unreadSource({ crm, name, place }: PullSync): Error {
  return appErrors.not_readable({
    message: `Sync ${name}: the connection ${crm} only receives, so there is nothing to compare with.`,
    place,
  })
}

/** A pull writes to its warehouse alone. One that only looks may look at a paused sync, too. */
export async function refuseToStart(
  workspace: Workspace,
  sync: PullSync,
  { dryRun }: Pick<PullRequest, 'dryRun'>,
): Promise<void> {
  if (dryRun) return
  refuseUnwritable(workspace, sync)
  if (await isPaused(await workspace.ledger(), sync))
    throw appErrors.paused({ message: `Sync ${sync.name} is paused.` })
}

export function refuseUnwritable(workspace: Workspace, sync: PullSync): void {
  const connection = workspace.project.connections.get(sync.warehouse)
  if (connection?.writable === false) {
    throw appErrors.not_writable({
      message: `Sync ${sync.name}: ${connection.notWritableBecause ?? 'the connection is read-only'}`,
      place: sync.place,
    })
  }
}
