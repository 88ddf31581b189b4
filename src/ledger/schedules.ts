/**
 * What became of schedules. A start is written over the very record that was read, so that of several processes that find a schedule
 * due at the same time one begins it.
 */
import type { ScheduledKind, ScheduleRecord } from '../model/schedule.ts'
import { createSyncStatements } from './create-sync-statements.ts'
import { ExpectationFailed, type Store, type StoreRow } from '../store/store.ts'

export async function noteSchedule(
  store: Store,
  sync: string,
  kind: ScheduledKind,
  at: number,
): Promise<void> {
  await store.execute([
    ...createSyncStatements(store, sync),
    {
      text: `insert into ${store.dialect.prefix}schedules (sync, kind, since) values ($1, $2, $3)
        on conflict (sync, kind) do nothing`,
      parameters: [sync, kind, at],
    },
  ])
}

export async function beginScheduled(
  store: Store,
  { sync, kind, startedAt, endedAt }: ScheduleRecord,
  runId: string | null,
  at: number,
): Promise<boolean> {
  const begin = {
    text: `update ${store.dialect.prefix}schedules set started_at = $3, ended_at = null, run_id = $4
      where sync = $1 and kind = $2 and coalesce(started_at, -1) = $5 and coalesce(ended_at, -1) = $6`,
    parameters: [sync, kind, at, runId, startedAt ?? -1, endedAt ?? -1],
    expectRows: 1,
  }
  try {
    await store.execute([begin])
    return true
  } catch (error) {
    if (error instanceof ExpectationFailed) return false
    throw error
  }
}

/** Of what was begun at that time; where another began it since, that one ends it. */
export async function endScheduled(
  store: Store,
  sync: string,
  kind: ScheduledKind,
  startedAt: number,
  at: number,
): Promise<void> {
  await store.execute([
    {
      text: `update ${store.dialect.prefix}schedules set ended_at = $4
        where sync = $1 and kind = $2 and started_at = $3`,
      parameters: [sync, kind, startedAt, at],
    },
  ])
}

export async function scheduleRecords(store: Store): Promise<readonly ScheduleRecord[]> {
  const text = `select sync, kind, since, started_at, ended_at, run_id
    from ${store.dialect.prefix}schedules order by sync, kind`
  const [result] = await store.execute([{ text, parameters: [] }])
  return (result?.rows ?? []).map(recordFrom)
}

function recordFrom(row: StoreRow): ScheduleRecord {
  const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))
  return {
    sync: String(row.sync),
    kind: row.kind === 'reconcile' ? 'reconcile' : 'run',
    since: Number(row.since),
    startedAt: numberOrNull(row.started_at),
    endedAt: numberOrNull(row.ended_at),
    runId: row.run_id === null ? null : String(row.run_id),
  }
}
