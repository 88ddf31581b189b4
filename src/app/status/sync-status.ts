/**
 * How each sync stands, from the state alone: no warehouse and no CRM is asked, so that it answers at
 * once, also while a run is active.
 */
import { nextCronTime } from '../../config/options/cron-time.ts'
import { dueAt } from '../../core/schedule/due.ts'
import { endedRunStates, openRunStates } from '../../model/run.ts'
import type { Schedule, ScheduleRecord } from '../../model/schedule.ts'
import type { Sync } from '../../model/sync.ts'
import { readBinding } from '../../engine/push/look/account.ts'
import { nameInState } from '../run/name-in-state.ts'
import { findRuns, hasRun, type ListedRun, withJobs } from './run-list.ts'
import { type WebhookStatus, webhookStatus } from '../subscription/webhook-status.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface SyncStatus {
  readonly sync: Sync
  /** The run that ended last of those that were to write, applied plans included; null for none. */
  readonly lastRun: ListedRun | null
  /** Runs that have not ended: at work, waiting for a person, or left by a worker that died. */
  readonly open: readonly ListedRun[]
  readonly paused: boolean
  readonly accountId: string | null
  /** Who holds the sync; null where nobody does, or no longer. */
  readonly holder: { readonly owner: string; readonly until: number } | null
  /** In the order in which they go where several are due. */
  readonly schedules: readonly ScheduleStatus[]
  /** Null for a sync without. */
  readonly webhooks: WebhookStatus | null
}

export interface ScheduleStatus extends Schedule {
  /** Null before `serve` first looked at it. */
  readonly record: ScheduleRecord | null
  /** When it is due; null where nobody carries it out yet, or it never comes. A time that is past waits for `serve`. */
  readonly nextAt: number | null
}

const mostOpen = 50
/** Runs end in about the order in which they began; only an applied plan may come late. */
const lookedAt = 20

export async function syncStatus(
  workspace: Workspace,
  sync: Sync,
  now: number,
): Promise<SyncStatus> {
  const ledger = await workspace.ledger()
  const name = await nameInState(ledger, sync)
  const [records, ran, open, lease, webhooks, scheduled] = await Promise.all([
    ledger.syncs(),
    findRuns(ledger, { sync: name, limit: lookedAt, states: endedRunStates, wanted: hasRun }),
    ledger.runs({ sync: name, state: openRunStates, limit: mostOpen }),
    ledger.leaseOf(name),
    webhookStatus(ledger, sync, now),
    ledger.schedules(),
  ])
  const record = records.find((each) => each.sync === name)
  const held = lease !== null && lease.expiresAt > now ? lease : null
  const [lastRun] = ran.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
  const [lastListed] = await withJobs(ledger, lastRun === undefined ? [] : [lastRun])
  return {
    sync,
    lastRun: lastListed ?? null,
    open: await withJobs(ledger, open),
    paused: record?.paused ?? false,
    accountId: record?.accountId ? readBinding(record.accountId).account : null,
    holder: held === null ? null : { owner: held.owner, until: held.expiresAt },
    schedules: sync.schedules.map((schedule) => scheduleStatus(scheduled, name, schedule)),
    webhooks,
  }
}

function scheduleStatus(
  known: readonly ScheduleRecord[],
  name: string,
  schedule: Schedule,
): ScheduleStatus {
  const record = known.find(({ sync, kind }) => sync === name && kind === schedule.kind) ?? null
  const nextAt = record === null ? null : dueAt(schedule.rhythm, record, nextCronTime)
  return { ...schedule, record, nextAt }
}
