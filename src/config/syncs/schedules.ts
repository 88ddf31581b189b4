/** When a sync runs by itself, as the scheduler takes it. */
import type { Rhythm, Schedule } from '../../model/schedule.ts'
import { configErrors } from '../errors.ts'
import { type Located, type Path, placeAt } from '../yaml/located.ts'
import { durationMs } from '../options/duration.ts'
import type { PullOptions } from '../options/pull-options.ts'
import type { ScheduleOptions } from '../options/schedule-options.ts'
import { type Problem, problem } from '../problem.ts'
import type { RightTree } from '../validation/right-parts.ts'
import { timeZoneProblem } from './time-zone.ts'

/** Of a push; a pull has more. */
export function schedulesOf(options: ScheduleOptions | undefined): readonly Schedule[] {
  return options === undefined ? [] : [{ kind: 'run', rhythm: rhythmOf(options) }]
}

/** A reconcile reads what a run would: it goes first where both are due. */
export function pullSchedules({ capture, schedule }: PullOptions): readonly Schedule[] {
  const { incremental, reconcile } = capture
  const { cron } = reconcile
  return [
    ...(cron === undefined
      ? []
      : [{ kind: 'reconcile', rhythm: calendarOf(cron, reconcile.timezone) } as const]),
    ...schedulesOf(schedule ?? incremental),
  ]
}

export function scheduleProblems(
  options: { readonly schedule?: ScheduleOptions | undefined },
  tree: Located,
): Problem[] {
  return zoneProblems(options.schedule?.timezone, tree, ['schedule', 'timezone'])
}

export function pullScheduleProblems(
  options: PullOptions,
  { tree, isRight }: RightTree,
): Problem[] {
  const { capture, schedule } = options
  const { cron, timezone } = capture.reconcile
  const path = ['capture', 'reconcile', 'timezone']
  const problems = [...scheduleProblems(options, tree), ...zoneProblems(timezone, tree, path)]
  if (timezone !== undefined && cron === undefined && isRight('capture.reconcile.cron')) {
    const message = 'A `timezone` goes with `cron` only.'
    problems.push(
      problem(configErrors.value, { place: placeAt(tree, path), message, found: timezone }),
    )
  }
  if (schedule !== undefined && capture.incremental !== undefined) {
    const message = '`schedule` and `capture.incremental` both say when the sync runs.'
    const place = placeAt(tree, ['capture', 'incremental'])
    const remedy = 'Leave one of the two out.'
    problems.push(problem(configErrors.value, { place, message, remedy }))
  }
  return problems
}

function zoneProblems(zone: string | undefined, tree: Located, path: Path): Problem[] {
  const found = zone === undefined ? null : timeZoneProblem(zone, tree, path)
  return found === null ? [] : [found]
}

/** The declaration has made sure that there is exactly one of the two. */
function rhythmOf({ every, cron, timezone }: ScheduleOptions): Rhythm {
  if (every !== undefined) return { every: 'interval', ms: durationMs(every) }
  return calendarOf(cron ?? '', timezone)
}

function calendarOf(pattern: string, timeZone = 'UTC'): Rhythm {
  return { every: 'cron', pattern, timeZone }
}
