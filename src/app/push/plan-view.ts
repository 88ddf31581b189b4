/** A stored plan for people: its operations with their field differences. */
import type { PlanRow } from '../../core/plan/plan-row.ts'
import { readPlanRow } from '../../core/plan/plan-text.ts'
import { runTables } from '../../core/sql/names.ts'
import { planLength, readPlan } from '../../core/sql/plan.ts'
import type { FieldChange } from '../../model/operation.ts'
import type { PushSync } from '../../model/sync.ts'
import { maskSensitive } from './mask-sensitive.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { FieldChange, PlanRow }

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
  const mask = maskSensitive(sync)
  return warehouse.session(async (session) => {
    const [length] = await session.query(planLength(warehouse.dialect, run))
    const last = Number(length?.[0] ?? 0)
    const rows: PlanRow[] = []
    for (let after = 0; after < last && rows.length < options.limit; after += pageRows) {
      const through = after + pageRows
      const page = await session.query(readPlan(warehouse.dialect, run, { after, through }))
      for (const row of page.map(readPlanRow)) {
        if (options.operationsOnly && row.status !== null) continue
        if (rows.length < options.limit) rows.push({ ...row, changes: mask.changes(row.changes) })
      }
    }
    return rows
  })
}
