/** Plan rows and due rows as rows of working tables, and back. */
import type { CrmValue, FieldChange, OutcomeStatus } from '../../model/operation.ts'
import type { Row } from '../../model/value.ts'
import { dueRow } from '../sql/diff.ts'
import { withoutNul } from '../sql/held-text.ts'
import { planColumns } from '../sql/working-schema.ts'
import { planRow } from '../sql/plan.ts'
import { withheldBut } from './link-doubt.ts'
import type { BaselineRow, DueRow, PlanRow } from './plan-row.ts'
import type { ForecastRow } from './predict-calls.ts'

export function readDueRow(row: Row): DueRow {
  const flags = row[dueRow.flags] ?? ''
  return {
    sequence: Number(row[dueRow.sequence]),
    key: row[dueRow.key] ?? '',
    side: (row[dueRow.side] ?? 'new') as DueRow['side'],
    changed: Array.from(flags, (flag) => flag === '1'),
    values: row.slice(dueRow.values),
    baseline: readBaseline(row),
  }
}

function readBaseline(row: Row): BaselineRow | null {
  const remoteId = row[dueRow.remoteId] ?? null
  if (remoteId === null) return null
  const crmValues = parse(row[dueRow.crmValues]) as BaselineRow['crmValues']
  const withheld = parse(row[dueRow.withheld]) as BaselineRow['withheld']
  return {
    remoteId,
    origin: (row[dueRow.origin] ?? 'adopted') as BaselineRow['origin'],
    presence: (row[dueRow.presence] ?? 'present') as BaselineRow['presence'],
    matchValue: row[dueRow.matchValue] ?? null,
    released: row[dueRow.released] ?? null,
    crmValues,
    withheld: withheldBut(withheld, crmValues),
    mappingVersion: Number(row[dueRow.mappingVersion] ?? 0),
    reopened: row[dueRow.reopened] === 'true',
  }
}

/** In the order of `planColumns`. */
export function writePlanRow(row: PlanRow): Row {
  const cells: Record<keyof typeof planColumns, string | null> = {
    sequence: String(row.sequence),
    phase: String(row.phase),
    kind: row.kind,
    key: row.key,
    remote_id: row.remoteId,
    status: row.status,
    reason: row.reason,
    message: withoutNul(row.message),
    hold: row.hold,
    presence: row.presence,
    match_value: row.matchValue,
    releases: row.releases,
    clear_first: null,
    clears: String(clearedFields(row.changes).length),
    changes: JSON.stringify(row.changes),
    crm_values: JSON.stringify(row.crmValues),
    withheld: JSON.stringify(row.withheld),
    supersedes: row.supersedes,
    seen: row.seen,
  }
  return Object.keys(planColumns).map((name) => cells[name as keyof typeof planColumns])
}

export function readPlanRow(row: Row): PlanRow {
  return {
    sequence: Number(row[planRow.sequence]),
    phase: Number(row[planRow.phase]),
    kind: (row[planRow.kind] ?? 'none') as PlanRow['kind'],
    key: row[planRow.key] ?? '',
    remoteId: row[planRow.remote_id] ?? null,
    status: (row[planRow.status] ?? null) as OutcomeStatus | null,
    reason: row[planRow.reason] ?? null,
    message: row[planRow.message] ?? null,
    hold: (row[planRow.hold] ?? null) as PlanRow['hold'],
    presence: (row[planRow.presence] ?? null) as PlanRow['presence'],
    matchValue: row[planRow.match_value] ?? null,
    releases: row[planRow.releases] ?? null,
    changes: parse(row[planRow.changes]) as Record<string, FieldChange>,
    crmValues: parse(row[planRow.crm_values]) as Record<string, CrmValue>,
    withheld: parse(row[planRow.withheld]) as PlanRow['withheld'],
    supersedes: row[planRow.supersedes] ?? null,
    seen: row[planRow.seen] ?? null,
  }
}

/** A row of `readOperationKinds`. */
export function readOperationKind(row: Row, phase: number): ForecastRow {
  const [kind, changes, crmValues] = row
  return {
    kind: (kind ?? 'none') as PlanRow['kind'],
    phase,
    changes: parse(changes) as PlanRow['changes'],
    crmValues: parse(crmValues) as PlanRow['crmValues'],
  }
}

/** Fields that an operation empties although the CRM held, or may have held, something. */
export function clearedFields(changes: Readonly<Record<string, FieldChange>>): readonly string[] {
  return Object.entries(changes)
    .filter(([, { after, crm }]) => isEmpty(after) && (crm === undefined || !isEmpty(crm)))
    .map(([field]) => field)
}

/** An empty text empties a field as null does. */
function isEmpty(value: CrmValue): boolean {
  return value === null || value === ''
}

function parse(text: string | null | undefined): unknown {
  return text == null || text === '{}' ? {} : JSON.parse(text)
}
