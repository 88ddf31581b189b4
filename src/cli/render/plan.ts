/** Plans and reports as lines. */
import type { PlanRow } from '../../app/plan-view.ts'
import type { PushReport } from '../../app/push-sync.ts'
import type { CrmValue, FieldChange } from '../../model/operation.ts'

const signs = { create: '+', update: '~', delete: '-', none: ' ' } as const

/** One operation with its field-by-field difference. */
export function operationLines(row: PlanRow): readonly string[] {
  const record = row.remoteId === null ? '' : ` (record ${row.remoteId})`
  const head = `  ${signs[row.kind]} ${row.kind} ${row.key}${record}`
  const fields = changeLines(row.changes)
  const left = Object.entries(row.withheld)
    .filter(([, disposition]) => disposition === 'conflict')
    .map(([field]) => `      ${field}: left alone, changed in the CRM`)
  return [head, ...fields, ...left]
}

/** Per field, what is in the CRM and what it becomes. */
export function changeLines(changes: PlanRow['changes']): readonly string[] {
  return Object.entries(changes).map(([field, change]) => `      ${field}: ${difference(change)}`)
}

function difference({ sent, crm, after }: FieldChange): string {
  const now = crm === undefined ? 'unknown' : showValue(crm)
  const edited = sent !== undefined && crm !== undefined && sent !== crm
  return `${now} → ${showValue(after)}${edited ? `   (we last sent ${showValue(sent)})` : ''}`
}

const longest = 60

/** A value as people read it; long ones are cut. */
export function showValue(value: CrmValue): string {
  if (value === null || value === '') return '(empty)'
  return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value)
}

export function planSummary(report: PushReport): string {
  const { creates, updates, deletes, clears, unchanged, skipped, rejected, deferred } =
    report.planned
  const parts = [
    `${count(creates)} to create`,
    `${count(updates)} to update${clears > 0 ? ` (${count(clears)} fields emptied)` : ''}`,
    `${count(deletes)} to delete`,
    `${count(unchanged)} unchanged`,
  ]
  if (skipped > 0) parts.push(`${count(skipped)} skipped`)
  if (rejected > 0) parts.push(`${count(rejected)} rejected`)
  if (deferred > 0) parts.push(`${count(deferred)} deferred`)
  return parts.join(', ')
}

export function outcomeSummary(report: PushReport): string {
  return Object.entries(report.outcomes)
    .map(([status, rows]) => `${count(rows)} ${status}`)
    .join(', ')
}

/** Why rows were not delivered, most frequent first. */
export function reasonLines(report: PushReport): readonly string[] {
  return Object.entries(report.reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, rows]) => `    ${count(rows)} ${reason}`)
}

export function seconds(report: PushReport): string {
  return `${((report.endedAt - report.startedAt) / 1000).toFixed(1)} s`
}

export function count(rows: number): string {
  return rows.toLocaleString('en-US')
}
