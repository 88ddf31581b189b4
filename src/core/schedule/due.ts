/**
 * When a schedule is due. What was missed while nobody was there is done once, and what was begun and never ended is done again;
 * a time that was taken once never comes twice, whatever clocks do.
 */
import type { NextTime, Rhythm, ScheduleRecord } from '../../model/schedule.ts'

/** Null for never again. */
export function dueAt(
  rhythm: Rhythm,
  { since, startedAt, endedAt }: Pick<ScheduleRecord, 'since' | 'startedAt' | 'endedAt'>,
  nextTime: NextTime,
): number | null {
  if (startedAt !== null && endedAt === null) return startedAt
  if (rhythm.every === 'cron') return nextTime(rhythm, startedAt ?? since)
  return startedAt === null ? since : startedAt + rhythm.ms
}
