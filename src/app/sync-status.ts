/**
 * How each sync stands, from the state alone: no warehouse and no CRM is asked, so that it answers at
 * once, also while a run is active.
 */
import type { RunRecord } from '../ledger/ledger.ts'
import { endedRunStates } from '../model/run.ts'
import type { PushSync } from '../model/sync.ts'
import { type KeptReport, readReport } from './read-report.ts'
import type { Workspace } from './workspace.ts'

export interface SyncStatus {
  readonly sync: PushSync
  /** The newest run that was to write, ended or not; null before the first. */
  readonly lastRun: RunRecord | null
  /** What the newest run that ended with a report told. */
  readonly lastReport: KeptReport | null
  /** Runs that have not ended: at work, waiting for a person, or left by a worker that died. */
  readonly open: readonly RunRecord[]
  readonly paused: boolean
  readonly accountId: string | null
  /** Who holds the sync; null where nobody does, or no longer. */
  readonly holder: { readonly owner: string; readonly until: number } | null
}

/** Runs looked at to find the last ones that wrote. */
const lookedAt = 50

export async function syncStatus(
  workspace: Workspace,
  sync: PushSync,
  now: number,
): Promise<SyncStatus> {
  const ledger = await workspace.ledger()
  const [records, runs, lease] = await Promise.all([
    ledger.syncs(),
    ledger.runs({ sync: sync.name, limit: lookedAt }),
    ledger.leaseOf(sync.name),
  ])
  const record = records.find((each) => each.sync === sync.name)
  const ended = new Set<string>(endedRunStates)
  const held = lease !== null && lease.expiresAt > now ? lease : null
  return {
    sync,
    lastRun: runs.find(({ kind }) => kind !== 'plan') ?? null,
    lastReport: runs.map(readReport).find((report) => report !== null) ?? null,
    open: runs.filter(({ state }) => !ended.has(state)),
    paused: record?.paused ?? false,
    // The binding names the object, too, which the sync says itself.
    accountId: record?.accountId?.split(' ')[0] ?? null,
    holder: held === null ? null : { owner: held.owner, until: held.expiresAt },
  }
}
