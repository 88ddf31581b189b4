/** Plan rows into the run's plan table. */
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { writePlanRow } from '../../../core/plan/plan-text.ts'
import { planColumns, workingColumns } from '../../../core/sql/working-schema.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'

export async function storePlan(
  { dialect, run }: RunContext,
  session: Session,
  rows: readonly PlanRow[],
): Promise<void> {
  const columns = workingColumns(dialect, planColumns)
  await session.load({ ...run.plan, columns }, [rows.map(writePlanRow)])
}
