/** A stored plan for people: its operations with their field differences. */
import { fieldMappings } from '../core/mapping/mapping.ts'
import type { PlanRow } from '../core/plan/plan-row.ts'
import { readPlanRow } from '../core/plan/plan-text.ts'
import { runTables } from '../core/sql/names.ts'
import { planLength, readPlan } from '../core/sql/plan.ts'
import type { FieldChange } from '../model/operation.ts'
import type { PushSync } from '../model/sync.ts'
import type { Workspace } from './workspace.ts'

export type { FieldChange, PlanRow }

/** Instead of a value of a field marked `sensitive`. */
const masked = '•••'
const pageRows = 5_000

/** Rows of the plan in order, sensitive values masked; operations first come, at most `limit`. */
export async function viewPlan(
  workspace: Workspace,
  sync: PushSync,
  runId: string,
  options: { readonly operationsOnly: boolean; readonly limit: number },
): Promise<readonly PlanRow[]> {
  const warehouse = await workspace.warehouse(sync.warehouse)
  const run = runTables(workspace.project.workingSchema, runId)
  const mask = sensitiveFields(sync)
  return warehouse.session(async (session) => {
    const [length] = await session.query(planLength(warehouse.dialect, run))
    const last = Number(length?.[0] ?? 0)
    const rows: PlanRow[] = []
    for (let after = 0; after < last && rows.length < options.limit; after += pageRows) {
      const through = after + pageRows
      const page = await session.query(readPlan(warehouse.dialect, run, { after, through }))
      for (const row of page.map(readPlanRow)) {
        if (options.operationsOnly && row.status !== null) continue
        if (rows.length < options.limit) rows.push(maskRow(row, mask))
      }
    }
    return rows
  })
}

function sensitiveFields(sync: PushSync): ReadonlySet<string> {
  return new Set(
    fieldMappings(sync)
      .filter((mapping) => mapping.sensitive)
      .map((mapping) => mapping.field),
  )
}

function maskRow(row: PlanRow, sensitive: ReadonlySet<string>): PlanRow {
  if (sensitive.size === 0) return row
  const changes = Object.entries(row.changes).map(
    ([field, change]) => [field, sensitive.has(field) ? maskChange(change) : change] as const,
  )
  return { ...row, changes: Object.fromEntries(changes) }
}

function maskChange(change: FieldChange): FieldChange {
  return {
    ...(change.sent === undefined ? {} : { sent: change.sent === null ? null : masked }),
    ...(change.crm === undefined ? {} : { crm: change.crm === null ? null : masked }),
    after: change.after === null ? null : masked,
  }
}
