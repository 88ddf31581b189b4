/** What a pull read and what differed, as lines and as JSON. */
import { totalCalls } from '../../app/call-counts.ts'
import type { Drift, ObjectReport, PullResult, WholeReason } from '../../app/pull/pull-sync.ts'
import type { JournalLoad, PullRunResult } from '../../app/pull/run-pull.ts'
import type { PullSync } from '../../model/sync.ts'
import { errorJson, noticeLines } from './error.ts'
import { count, many } from './plan.ts'
import { dryRunLine, pullRunJson, pullRunTitle } from './pull-run.ts'
import { time } from './runs.ts'
import { shellWord } from './shell-word.ts'
import { table } from './table.ts'

/** With what was loaded first, where it was a run. */
type PulledReport = PullResult & Partial<PullRunResult>

/** `dryRun`: what differs was only looked at. */
export function pullLines(
  sync: PullSync,
  report: PulledReport,
  { dryRun }: { readonly dryRun: boolean },
): readonly string[] {
  const { objects, journal } = report
  const rows = table(
    objects.map((one) => [
      `  ${one.object}`,
      `${count(one.read)} read${one.since === null ? '' : ` (changed since ${time(Date.parse(one.since))})`}`,
      ...(dryRun ? [] : [`${count(one.added)} added`]),
      [driftText(one.drift), ...completedText(one), ...erasedText(one)].join(', '),
    ]),
  )
  const details = objects.map((one) => [
    ...withheldLines(sync, report, one),
    ...remadeLines(one),
    ...fieldLines(one),
    ...newColumnLines(one),
  ])
  return [
    pullRunTitle(sync, report),
    ...journalLines(journal),
    ...rows.flatMap((row, index) => [row, ...(details[index] ?? [])]),
    ...report.notices.flatMap((notice) => noticeLines(notice)).map((line) => `  ${line}`),
    ...(dryRun ? [dryRunLine] : []),
  ]
}

function journalLines(journal: JournalLoad | undefined): readonly string[] {
  if (journal === undefined || journal.entries === 0) return []
  return loadedLines(journal).map((line) => `  ${line}`)
}

function journalJson({ entries, added, unreadable, newColumns, notices }: JournalLoad): object {
  return {
    entries,
    added,
    unreadable,
    new_columns: newColumns,
    notices: notices.map((notice) => errorJson(notice)),
  }
}

/** `12 entries loaded, 9 changes`, and what somebody should look at. */
export function loadedLines(load: JournalLoad): readonly string[] {
  return [loadedText(load), ...load.notices.flatMap((notice) => noticeLines(notice))]
}

function loadedText({ entries, added, unreadable, newColumns }: JournalLoad): string {
  const parts = [
    `${count(entries)} ${entries === 1 ? 'entry' : 'entries'} loaded, ${many(added, 'change')}`,
    ...(unreadable > 0 ? [`${count(unreadable)} could not be read (table unread_events)`] : []),
    ...(newColumns.length > 0 ? [`new columns: ${newColumns.join(', ')}`] : []),
  ]
  return parts.join(', ')
}

/** `3 created, 12 changed`; what a guard withheld comes last. */
export function driftText({ created, changed, deleted, withheld }: Drift): string {
  const parts = Object.entries({ created, changed, deleted }).filter(([, records]) => records > 0)
  const told = parts.map(([what, records]) => `${count(records)} ${what}`)
  if (withheld > 0) told.push(`${count(withheld)} missing and not deleted (guard max_deletes)`)
  return told.length === 0 ? 'nothing differed' : told.join(', ')
}

/** The first records that a guard kept from being deleted, and how to see all of them. */
function withheldLines(
  { name }: PullSync,
  { kind }: PulledReport,
  { drift: { withheld }, object, withheldKeys }: ObjectReport,
): readonly string[] {
  const more = withheld - withheldKeys.length
  const some = withheldKeys.length === 0 ? [] : [`      not deleted: ${withheldKeys.join(', ')}`]
  if (more <= 0) return some
  const [syncWord, objectWord] = [shellWord(name), shellWord(object)]
  const command = `syncline reconcile ${syncWord} --object ${objectWord} --dry-run --show ${withheld}`
  const all = kind === 'backfill' ? `and ${count(more)} more (--show)` : `all: \`${command}\``
  return [...some, `      ${all}`]
}

/** Nothing where no record was. */
function completedText({ completed }: ObjectReport): readonly string[] {
  return completed === 0 ? [] : [`${count(completed)} completed`]
}

/** Nothing where nobody was left out. */
function erasedText({ erased }: Pick<ObjectReport, 'erased'>): readonly string[] {
  return erased === 0 ? [] : [`${count(erased)} erased and left out`]
}

const wholeReasonTexts: Readonly<Record<WholeReason, string>> = {
  'new columns': 'there were new columns',
  'dropped tables': 'tables or columns had been dropped',
  'restored warehouse': 'the warehouse is an older copy, or the state is',
  'another state': 'the state was recovered',
}

/** What nobody asked for, and why it was done. */
function remadeLines({ isRebuilt, wholeFor }: ObjectReport): readonly string[] {
  return [
    ...(isRebuilt
      ? ['      versions made anew from the log: tables or columns had been dropped']
      : []),
    ...(wholeFor === null ? [] : [`      everything was read: ${wholeReasonTexts[wholeFor]}`]),
  ]
}

function fieldLines({ drift }: ObjectReport): readonly string[] {
  return Object.entries(drift.fields)
    .toSorted(([, a], [, b]) => b - a)
    .map(([field, records]) => `      ${count(records)} ${field}`)
}

/** The first read of an object brings all of them, which nobody wants to read. */
const mostNewColumns = 10

function newColumnLines({ newColumns }: ObjectReport): readonly string[] {
  if (newColumns.length > mostNewColumns) return [`      ${count(newColumns.length)} new columns`]
  return newColumns.map(
    ({ column, field, nativeType }) => `      new column ${column}: field ${field}, ${nativeType}`,
  )
}

export function replayLines(sync: PullSync, report: PullResult): readonly string[] {
  const rows = report.objects.map(({ object, read, added, erased }) => [
    `  ${object}`,
    many(read, 'change'),
    [`${count(added)} new`, ...erasedText({ erased })].join(', '),
  ])
  return [pullRunTitle(sync, report), ...table(rows)]
}

export function replayJson(report: PullResult): Readonly<Record<string, unknown>> {
  return pullRunJson(report, {
    objects: report.objects.map(({ object, read, added, erased }) => ({
      object,
      changes: read,
      added,
      erased,
    })),
  })
}

/** Records that a read found to be other than the warehouse had them. */
export function drifted({ objects }: Pick<PullResult, 'objects'>): number {
  return objects.reduce(
    (sum, { drift: { created, changed, deleted, withheld } }) =>
      sum + created + changed + deleted + withheld,
    0,
  )
}

export function pullJson(
  report: PulledReport,
  { dryRun }: { readonly dryRun: boolean },
): Readonly<Record<string, unknown>> {
  return pullRunJson(report, {
    dry_run: dryRun,
    ...(report.journal === undefined ? {} : { journal: journalJson(report.journal) }),
    drifted: drifted(report),
    objects: report.objects.map(objectJson),
    calls: { total: totalCalls(report.calls), by_endpoint: report.calls },
    notices: report.notices.map((notice) => errorJson(notice)),
    error: report.error === null ? null : errorJson(report.error),
  })
}

function objectJson(one: ObjectReport): Readonly<Record<string, unknown>> {
  return {
    object: one.object,
    read: one.read,
    since: one.since,
    whole_for: one.wholeFor,
    rebuilt: one.isRebuilt,
    added: one.added,
    erased: one.erased,
    drift: one.drift,
    withheld_ids: one.withheldKeys,
    completed: one.completed,
    new_columns: one.newColumns.map(({ column, field, nativeType }) => ({
      column,
      field,
      native_type: nativeType,
    })),
  }
}
