/** Times of a calendar, as cron writes them: minute, hour, day, month, day of the week. */
import { Cron } from 'croner'
import type { NextTime } from '../../model/schedule.ts'

/**
 * The first time after a moment, to the minute. A time of day that a clock put forward leaves out comes at the end of the gap; one
 * that a clock put back shows twice is taken once, unless every hour is meant.
 */
export const nextCronTime: NextTime = ({ pattern, timeZone }, after) => {
  const calendar = new Cron(pattern, { mode: '5-part', timezone: timeZone, paused: true })
  return calendar.nextRun(new Date(after))?.getTime() ?? null
}

/** What is wrong with a pattern, for people; null for nothing. */
export function cronProblem(pattern: string): string | null {
  try {
    const first = nextCronTime({ every: 'cron', pattern, timeZone: 'UTC' }, 0)
    return first === null ? 'This time never comes.' : null
  } catch {
    return 'A calendar is minute, hour, day of the month, month and day of the week, such as `0 3 * * 0`.'
  }
}
