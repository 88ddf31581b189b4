/** How far behind the objects of a pull are. */
import type { DueObject, PullLag } from '../../app/status/pull-lag.ts'
import { count } from './plan.ts'
import { time } from './runs.ts'
import { table } from './table.ts'

const head = [
  '  object',
  'last event',
  'loaded',
  'changes read to',
  'read whole',
  'again',
  'in doubt',
]

export function lagLines({ waiting, objects }: PullLag, now: number): readonly string[] {
  return [waitingLine(waiting, now), ...table([head, ...objects.map((one) => cells(one, now))])]
}

function waitingLine({ entries, oldest }: PullLag['waiting'], now: number): string {
  if (oldest === null) return '  no event waits to be loaded'
  return `  ${count(entries)} events wait to be loaded, the first for ${ageText(now - oldest)}`
}

function cells({ object, lastEvent, position, inDoubt, wholeReadDueAt }: DueObject, now: number) {
  const ago = (instant: string | null | undefined): string =>
    instant === null || instant === undefined
      ? 'never'
      : `${ageText(now - Date.parse(instant))} ago`
  return [
    `  ${object}`,
    ago(lastEvent?.toldAt),
    ago(lastEvent?.loadedAt),
    ago(position?.since),
    ago(position?.wholeAt),
    dueText(wholeReadDueAt, now),
    count(inDoubt),
  ]
}

function dueText(at: number | null, now: number): string {
  if (at === null || at <= now) return 'next run'
  return Number.isFinite(at) ? `in ${ageText(at - now)}` : 'by schedule'
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const

/** `3 min`: to the largest unit of which there are two at least. The CRM's clock may be ahead of ours. */
export function ageText(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= 2 * each) ?? ['s', 1_000]
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`
}

export function lagJson(
  { waiting, objects }: PullLag,
  now: number,
): Readonly<Record<string, unknown>> {
  const { entries, oldest } = waiting
  return {
    waiting: {
      entries,
      oldest: oldest === null ? null : time(oldest),
      seconds: oldest === null ? 0 : Math.floor((now - oldest) / 1_000),
    },
    objects: objects.map(({ object, lastEvent, position, inDoubt, wholeReadDueAt }) => ({
      object,
      last_event:
        lastEvent === null ? null : { told_at: lastEvent.toldAt, loaded_at: lastEvent.loadedAt },
      read_through: position?.since ?? null,
      read_whole_at: position?.wholeAt ?? null,
      whole_read_due_at:
        wholeReadDueAt === null || !Number.isFinite(wholeReadDueAt) ? null : time(wholeReadDueAt),
      in_doubt: inDoubt,
    })),
  }
}
