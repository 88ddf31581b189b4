/** When syncs run by themselves. Times are milliseconds since the epoch. */

/** What a schedule starts: a run, or of a pull a read of everything. */
export const scheduledKinds = ['run', 'reconcile'] as const
export type ScheduledKind = (typeof scheduledKinds)[number]

/** `every`: so long after the last start; `cron`: whenever a calendar says so, in a zone of the IANA's names. */
export type Rhythm =
  | { readonly every: 'interval'; readonly ms: number }
  | { readonly every: 'cron'; readonly pattern: string; readonly timeZone: string }

/** The first time of a calendar after a moment; null where none is left. */
export type NextTime = (
  rhythm: Extract<Rhythm, { readonly every: 'cron' }>,
  after: number,
) => number | null

export interface Schedule {
  readonly kind: ScheduledKind
  readonly rhythm: Rhythm
}

/** What the state knows of one schedule of a sync. */
export interface ScheduleRecord {
  readonly sync: string
  readonly kind: ScheduledKind
  /** Since when there is somebody to carry it out. */
  readonly since: number
  /** When it was last begun; null for never. */
  readonly startedAt: number | null
  /** When that came to its end; null where it did not, or was stopped. */
  readonly endedAt: number | null
  /** The run that it was; null where none could begin. */
  readonly runId: string | null
}
