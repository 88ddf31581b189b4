/** The life of one record, as lines and as JSON. */
import type { Life, LifeEvent, UnderWay } from '../../app/push/explain-key.ts'
import { type RowReason, rowReasons } from '../../model/row-reasons.ts'
import type { PushSync } from '../../model/sync.ts'
import { changeLines, count, operationWord, showValue } from './plan.ts'
import { time } from './runs.ts'

export function lifeLines(sync: PushSync, life: Life): readonly string[] {
  return [
    `${sync.name} ${life.key} → ${sync.crm} ${sync.object}`,
    ...life.events.flatMap((event) => eventLines(sync, event, life.baseline?.remoteId ?? null)),
    ...life.underWay.map((sent) => underWayLine(sync, sent)),
    ...standing(life.baseline),
    ...heldLines(life.held),
    ...waitsLines(life.waits),
  ]
}

/** `own` is the record that the last line tells: only another one is named on the way. */
function eventLines(sync: PushSync, event: LifeEvent, own: string | null): readonly string[] {
  const { at, runId, kind, status, remoteId } = event
  const done = kind === 'none' ? status : `${operationWord(sync, kind)} ${status}`
  const record = remoteId === null || remoteId === own ? '' : ` (record ${remoteId})`
  return [
    `  ${instant(at)} run ${runId}: ${done}${record}${byJob(event)}${why(event)}`,
    ...changeLines(event.changes),
  ]
}

function underWayLine(sync: PushSync, sent: UnderWay): string {
  const { runId, kind, since } = sent
  return `  ${time(since)} run ${runId}: ${operationWord(sync, kind)} sent${byJob(sent)}, outcome not known yet`
}

function byJob({ job }: Pick<LifeEvent, 'job'>): string {
  return job === null ? '' : ` by job ${job}`
}

function why({ reason, message }: Pick<LifeEvent, 'reason' | 'message'>): string {
  const told = [reason, message].filter((part) => part !== null)
  return told.length === 0 ? '' : `, ${told.join(': ')}`
}

function standing(baseline: Life['baseline']): readonly string[] {
  if (baseline === null) return ['  now: the CRM never confirmed this record to the sync']
  const { remoteId, origin, presence, confirmedAt, runId, crmValues, withheld } = baseline
  const from = origin === 'created' ? 'created by this sync' : 'adopted'
  const values = Object.entries(crmValues).map(
    ([field, value]) => `      ${field}: ${showValue(value)}`,
  )
  const left = Object.entries(withheld).map(
    ([field, disposition]) => `      ${field}: not written, ${disposition}`,
  )
  return [
    `  now: record ${remoteId}, ${from}, ${presence},`,
    `       confirmed ${instant(confirmedAt)} by run ${runId}`,
    ...values,
    ...left,
  ]
}

function heldLines(held: Life['held']): readonly string[] {
  if (held === null) return []
  const { status, attempts, nextAttempt } = held
  const until =
    nextAttempt === null
      ? 'until its values change'
      : `until ${time(nextAttempt)}, then tried again`
  return [
    `  held back: ${status}${why(held)}`,
    `      after ${count(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'}, ${until}, or until \`syncline retry\``,
  ]
}

const known: Readonly<Record<string, RowReason>> = rowReasons

function waitsLines(waits: Life['waits']): readonly string[] {
  if (waits === null) return []
  const { reason, message } = waits
  const summary = reason === null ? null : (known[reason]?.summary ?? null)
  return [
    `  waits${why({ reason, message: message ?? summary })}`,
    `      left by run ${waits.runId}; the next run begins with such rows`,
  ]
}

/** The warehouse tells microseconds; runs are told to the millisecond everywhere else. */
function instant(text: string): string {
  return time(Date.parse(text))
}

export function lifeJson(sync: PushSync, life: Life): Readonly<Record<string, unknown>> {
  const { key, baseline, held, waits, events, underWay } = life
  return {
    sync: sync.name,
    key,
    connection: sync.crm,
    object: sync.object,
    baseline:
      baseline === null
        ? null
        : {
            record: baseline.remoteId,
            origin: baseline.origin,
            presence: baseline.presence,
            values: baseline.crmValues,
            withheld: baseline.withheld,
            run: baseline.runId,
            confirmed_at: instant(baseline.confirmedAt),
          },
    held:
      held === null
        ? null
        : {
            status: held.status,
            reason: held.reason,
            message: held.message,
            attempts: held.attempts,
            next_attempt: held.nextAttempt === null ? null : time(held.nextAttempt),
          },
    waits:
      waits === null ? null : { reason: waits.reason, message: waits.message, run: waits.runId },
    events: events.map(({ at, runId, kind, status, reason, message, remoteId, changes, job }) => ({
      at: instant(at),
      run: runId,
      kind,
      status,
      reason,
      message,
      record: remoteId,
      job,
      changes,
    })),
    under_way: underWay.map(({ runId, kind, since, job }) => ({
      at: time(since),
      run: runId,
      kind,
      job,
    })),
  }
}
