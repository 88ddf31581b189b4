/**
 * Use case: a run of a pull. What waits in the journal is loaded first, so that a host that works only while it is asked to loses
 * no time with what it received; then the CRM is read.
 */
import { foreseen } from '../../engine/pull/foreign-error.ts'
import type { SynclineError } from '../../model/error.ts'
import type { PullSync } from '../../model/sync.ts'
import type { Loaded, Loader } from './event-loader.ts'
import { type PullRequest, type PullResult, pullSync, refuseToStart } from './pull-sync.ts'
import { refuseUnpulled } from './pulled-object.ts'
import { isWaiting } from '../waits.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** What the journal held for the pulls of the project, this one and others. */
export type JournalLoad = Pick<
  Loaded,
  'entries' | 'added' | 'unreadable' | 'newColumns' | 'notices'
>

export interface PullRunResult extends PullResult {
  readonly journal: JournalLoad
}

/** A journal that could not be loaded for this pull is the run's error, and keeps nothing from being read. */
export async function runPull(
  workspace: Workspace,
  sync: PullSync,
  loader: Loader,
  request: PullRequest,
): Promise<PullRunResult> {
  refuseUnpulled(sync, request.objects)
  await refuseToStart(workspace, sync, request)
  const { failed, ...journal } = await loader.loadWaiting()
  const trouble = troubleOf(sync, failed.get(sync.name))
  const report = await pullSync(workspace, sync, request)
  const error = report.error ?? trouble
  return { ...report, error, journal }
}

/** Who holds the sync just now may be the one that loads it. */
function troubleOf(sync: PullSync, error: unknown): SynclineError | null {
  if (error === undefined || isWaiting(error)) return null
  return foreseen(sync, 'what waits in the journal', error)
}
