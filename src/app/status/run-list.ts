/** The runs that the state remembers. */
import type { Ledger, RunJob, RunRecord } from '../../ledger/ledger.ts'
import { endedRunStates, type RunKind, type RunState } from '../../model/run.ts'
import { readReport } from './read-report.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { RunRecord }

export interface ListedRun extends RunRecord {
  /** Jobs of the CRM's that its batches became. */
  readonly jobs: readonly RunJob[]
}

export interface RunFilter {
  /** Null for the runs of all syncs. */
  readonly sync: string | null
  /** Only runs that came to nothing: failed, stopped by a guard, or given up. */
  readonly failed: boolean
  readonly limit: number
}

/** Newest first. */
export async function listRuns(
  workspace: Workspace,
  { sync, failed, limit }: RunFilter,
): Promise<readonly ListedRun[]> {
  const ledger = await workspace.ledger()
  const wanted = failed ? { states: badStates, wanted: isBad } : {}
  return withJobs(ledger, await findRuns(ledger, { sync, limit, ...wanted }))
}

export async function withJobs(
  ledger: Pick<Ledger, 'jobs'>,
  runs: readonly RunRecord[],
): Promise<readonly ListedRun[]> {
  const jobs = Map.groupBy(await ledger.jobs(runs.map(({ id }) => id)), ({ runId }) => runId)
  return runs.map((run) => ({ ...run, jobs: jobs.get(run.id) ?? [] }))
}

/** Whether the run was to write, and has ended: a plan that nobody applied is none. */
export function hasRun(run: RunRecord): boolean {
  return isEnded(run) && kindOf(run) !== 'plan'
}

/** The kind of a run as a person would call it: a plan that was applied is an `apply`. */
export function kindOf({ kind, state, report, error }: RunRecord): RunKind {
  if (kind !== 'plan') return kind
  const wasInterrupted = error?.code === 'run.interrupted'
  const wasApplied = appliedStates.includes(state) || readReport({ report }) !== null
  return wasApplied || wasInterrupted ? 'apply' : 'plan'
}

/** What a plan only gets to by being applied. */
const appliedStates: readonly RunState[] = ['delivering', 'resolving', 'confirming', 'succeeded']

/** Ends that may want somebody's attention. */
const badStates: readonly RunState[] = ['failed', 'stopped', 'dropped']

/** A plan that a newer one replaced was only looked at; a run that was dropped should have written. */
function isBad(run: RunRecord): boolean {
  return run.state !== 'dropped' || kindOf(run) !== 'plan'
}

export function isEnded({ state }: RunRecord): boolean {
  const ended: readonly RunState[] = endedRunStates
  return ended.includes(state)
}

export interface WantedRuns {
  readonly sync: string | null
  readonly limit: number
  readonly states?: readonly RunState[]
  readonly wanted?: (run: RunRecord) => boolean
}

/** Looks back as far as it must: the ledger knows of states, and not of what else is wanted. */
export async function findRuns(
  ledger: Ledger,
  { sync, limit, states, wanted = () => true }: WantedRuns,
): Promise<readonly RunRecord[]> {
  for (let asked = limit; ; asked *= 4) {
    const runs = await ledger.runs({
      limit: asked,
      ...(sync === null ? {} : { sync }),
      ...(states === undefined ? {} : { state: states }),
    })
    const found = runs.filter(wanted)
    if (found.length >= limit || runs.length < asked) return found.slice(0, limit)
  }
}
