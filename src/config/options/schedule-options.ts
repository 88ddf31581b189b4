/** How people say when a sync runs by itself. */
import { z } from 'zod'
import { cronProblem } from './cron-time.ts'
import { duration } from './duration.ts'

export const calendar = z.string().superRefine((text, context) => {
  const message = cronProblem(text)
  if (message !== null) context.addIssue({ code: 'custom', message })
})

export const calendarZone = z
  .string()
  .optional()
  .describe('The zone of the calendar, for example `Europe/Berlin`; default UTC.')

const notASchedule =
  'A schedule says `every` or `cron`, such as `{ every: 15m }` or `{ cron: "0 3 * * 0" }`.'

export const scheduleOptions = z
  .object(
    {
      every: duration
        .optional()
        .describe('How long after the start of the one before: `15m`, `6h`, `1d`.'),
      cron: calendar
        .optional()
        .describe(
          'Minute, hour, day of the month, month, day of the week: `0 3 * * 0`. In place of `every`.',
        ),
      timezone: calendarZone,
    },
    { error: ({ code }) => (code === 'invalid_type' ? notASchedule : undefined) },
  )
  .refine(
    ({ every, cron }) => (every === undefined) !== (cron === undefined),
    'A schedule takes exactly one of `every` and `cron`.',
  )
  .refine(
    ({ cron, timezone }) => timezone === undefined || cron !== undefined,
    'A `timezone` goes with `cron` only.',
  )
  .meta({ expected: '`every: 15m`, or `cron: "0 3 * * 0"` with a `timezone` where it matters' })

export type ScheduleOptions = z.infer<typeof scheduleOptions>
