/** Schedules of a sync as lines and as JSON. */
import type { ScheduleStatus } from '../../app/status/sync-status.ts'
import type { Rhythm } from '../../model/schedule.ts'
import { time } from './runs.ts'

export function scheduleLines(schedules: readonly ScheduleStatus[]): readonly string[] {
  return schedules.map((one) => `  ${one.kind} ${rhythmText(one.rhythm)}: ${standing(one)}`)
}

function standing({ record, nextAt }: ScheduleStatus): string {
  if (record === null) return 'begins with `syncline serve`'
  const { startedAt, runId } = record
  const last = startedAt === null ? 'never yet' : `last ${time(startedAt)}`
  const run = runId === null ? '' : ` (${runId})`
  return `${last}${run}, next ${nextAt === null ? 'never' : time(nextAt)}`
}

export function schedulesJson(schedules: readonly ScheduleStatus[]): readonly object[] {
  return schedules.map(({ kind, rhythm, record, nextAt }) => ({
    kind,
    ...(rhythm.every === 'interval'
      ? { every: intervalText(rhythm.ms) }
      : { cron: rhythm.pattern, timezone: rhythm.timeZone }),
    last_started_at: timeOrNull(record?.startedAt),
    last_ended_at: timeOrNull(record?.endedAt),
    last_run: record?.runId ?? null,
    next_at: timeOrNull(nextAt),
  }))
}

function timeOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : time(ms)
}

function rhythmText(rhythm: Rhythm): string {
  if (rhythm.every === 'interval') return `every ${intervalText(rhythm.ms)}`
  return `at ${rhythm.pattern} (${rhythm.timeZone})`
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const

/** As people write it: `15m`. */
function intervalText(ms: number): string {
  const [unit, size] = units.find(([, one]) => ms % one === 0) ?? units[2]
  return `${ms / size}${unit}`
}
