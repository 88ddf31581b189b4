/** What was taken over from another tool, as lines and as JSON. */
import type { PullResult } from '../../app/pull/pull-sync.ts'
import type { ColumnImport, ImportedObject } from '../../app/pull/take-over.ts'
import type { PullSync } from '../../model/sync.ts'
import { count } from './plan.ts'
import { dryRunLine, pullRunJson, pullRunTitle } from './pull-run.ts'
import { syncTitle } from './sync-title.ts'
import { table } from './table.ts'

interface Shown {
  readonly dryRun: boolean
}

export function takeOverLines(
  sync: PullSync,
  report: PullResult,
  { dryRun }: Shown,
): readonly string[] {
  const lines = report.objects.flatMap(({ object, read, versions }) => {
    if (versions === null) return []
    const { taken, known, left } = versions
    const rows = left.map(({ reason, outcome, rows: number }) => [
      `      ${count(number)} ${outcome}`,
      reason,
    ])
    return [
      `  ${object}  ${count(read)} rows  ${count(taken)} versions taken over, ${count(known)} known`,
      ...table(rows),
    ]
  })
  return [pullRunTitle(sync, report), ...lines, ...(dryRun ? [dryRunLine] : [])]
}

/** Rows that are wrong, by the table's own fault. */
export function rejectedVersions({ objects }: PullResult): number {
  return objects
    .flatMap(({ versions }) => versions?.left ?? [])
    .filter(({ outcome }) => outcome === 'rejected')
    .reduce((sum, { rows }) => sum + rows, 0)
}

export function takeOverJson(
  report: PullResult,
  { dryRun }: Shown,
): Readonly<Record<string, unknown>> {
  return pullRunJson(report, {
    dry_run: dryRun,
    objects: report.objects.map(({ object, read, added, versions }) => ({
      object,
      rows: read,
      added,
      taken: versions?.taken,
      known: versions?.known,
      left: versions?.left,
    })),
  })
}

export function importLines(
  sync: PullSync,
  { objects }: ColumnImport,
  { dryRun }: Shown,
): readonly string[] {
  const lines = objects.flatMap((one) => [
    `  ${one.object}  ${one.table ?? 'no table'}`,
    ...table(columnRows(one)),
    ...one.conflicts.map((conflict) => `      refused: ${conflict}`),
  ])
  return [syncTitle(sync), ...lines, ...(dryRun ? [dryRunLine] : [])]
}

const told = {
  known: 'as before',
  kept: '',
  widened: 'a wider type of the same kind',
  joined: 'what does not fit exactly goes to the further column',
  retyped: 'the type is of another kind than the values of the field',
} as const

function columnRows({ columns, unmatched }: ImportedObject): readonly (readonly string[])[] {
  return [
    ...columns.map(({ column, field, how, pins }) => [
      `      ${column.name} ${column.nativeType}`,
      `field ${field}`,
      pins.map(({ name, nativeType }) => `${name} ${nativeType}`).join(', '),
      told[how],
    ]),
    ...unmatched.map(({ column, candidates }) => [
      `      ${column}`,
      candidates.length === 0 ? 'no field' : `field ${candidates.join(' or ')}?`,
    ]),
  ]
}

export function importJson(
  { sync, objects }: ColumnImport,
  { dryRun }: Shown,
): Readonly<Record<string, unknown>> {
  return {
    sync,
    dry_run: dryRun,
    objects: objects.map((one) => ({
      object: one.object,
      table: one.table,
      columns: one.columns.map(({ column, field, how, pins }) => ({
        column: column.name,
        native_type: column.nativeType,
        field,
        how,
        pinned: pins.map(({ name, nativeType }) => ({ column: name, native_type: nativeType })),
      })),
      unmatched: one.unmatched,
      conflicts: one.conflicts,
    })),
  }
}
