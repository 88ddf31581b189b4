/** Plans and reports as lines. */
import type { PlanRow } from '../../app/push/plan-view.ts'
import type { PushReport } from '../../app/push/push-sync.ts'
import type { CrmValue, Disposition, FieldChange } from '../../model/operation.ts'
import type { PushSync, WriteCondition } from '../../model/sync.ts'

const signs = { create: '+', update: '~', delete: '-', none: ' ' } as const

/** What an operation is called: of a record whose row left the model, the policy's own word. */
export function operationWord(sync: Pick<PushSync, 'removedRows'>, kind: string): string {
  return kind === 'delete' && sync.removedRows === 'archive' ? 'archive' : kind
}

/** One operation with its field-by-field difference, and the fields that it leaves alone. */
export function operationLines(sync: PushSync, row: PlanRow): readonly string[] {
  const record = row.remoteId === null ? '' : ` (record ${row.remoteId})`
  const head = `  ${signs[row.kind]} ${operationWord(sync, row.kind)} ${row.key}${record}`
  return [head, ...changeLines(row.changes), ...withheldLines(sync, row)]
}

/** A create withholds only what is null, which is no news. */
function withheldLines(sync: PushSync, { kind, withheld }: PlanRow): readonly string[] {
  if (kind !== 'update') return []
  return Object.entries(withheld).map(([field, disposition]) => {
    const write = sync.fields.find((mapping) => mapping.field === field)?.write
    return `      ${field}: left alone, ${whyWithheld(disposition, write)}`
  })
}

function whyWithheld(disposition: Disposition, write: WriteCondition | undefined): string {
  if (disposition === 'conflict') return 'changed in the CRM'
  if (disposition === 'unknown') return 'its fate is not known yet'
  return write === 'if_empty'
    ? 'the CRM holds a value (write: if_empty)'
    : 'the model has no value and never sent one'
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

export function planSummary(sync: PushSync, report: PushReport): string {
  const { creates, updates, deletes, clears, unchanged, skipped, rejected, deferred } =
    report.planned
  const parts = [
    `${count(creates)} to create`,
    `${count(updates)} to update${clears > 0 ? ` (${count(clears)} fields emptied)` : ''}`,
    `${count(deletes)} to ${operationWord(sync, 'delete')}`,
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

/** Rejected rows that were known before don't count against `fail_on_rejected`. */
export function heldLines({ heldRejected }: PushReport): readonly string[] {
  if (heldRejected === 0) return []
  const rows = heldRejected === 1 ? 'row was' : 'rows were'
  return [
    `    of the rejected, ${count(heldRejected)} ${rows} held by earlier runs and unchanged since`,
  ]
}

/** An edited mapping makes rows due whose values in the model are what they were. */
export function remappedLines({ remapped }: PushReport): readonly string[] {
  const { rows, fields } = remapped
  if (rows === 0) return []
  const byField = Object.entries(fields)
    .toSorted(([, a], [, b]) => b - a)
    .map(([field, due]) => `${field} ${count(due)}`)
  const due = rows === 1 ? 'row is' : 'rows are'
  return [
    `  ${count(rows)} ${due} due because the mapping was edited, not the model: ${byField.join(', ')}`,
  ]
}

export function seconds({ startedAt, endedAt }: Pick<PushReport, 'startedAt' | 'endedAt'>): string {
  return `${((endedAt - startedAt) / 1000).toFixed(1)} s`
}

export function count(rows: number): string {
  return rows.toLocaleString('en-US')
}

/** `1 record`, `2,000 records`: of a word with a regular plural. */
export function many(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`
}
