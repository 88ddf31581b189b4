/** Some of the operations that a guard stopped, so that a person who decides sees what it is about (promise 6). */
import type { GuardBreach } from '../../core/plan/guards.ts'
import type { PlanRow } from '../../core/plan/plan-row.ts'
import { readPlanRow } from '../../core/plan/plan-text.ts'
import { runTables } from '../../core/sql/names.ts'
import { readCounted } from '../../core/sql/plan.ts'
import type { PushReport } from '../../engine/push/push-report.ts'
import type { PushSync } from '../../model/sync.ts'
import { maskSensitive } from './mask-sensitive.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface SampledBreach extends GuardBreach {
  /** The first of the operations that the guard counts; none once the plan is delivered. */
  readonly samples: readonly PlanRow[]
}

const mostSamples = 5

/** Values of sensitive fields are masked. Keys are not kept in the state with the run's error: an erasure would not find them. */
export async function breachSamples(
  workspace: Workspace,
  sync: PushSync,
  { breaches, runId, state }: PushReport,
): Promise<readonly SampledBreach[]> {
  const isStored = state === 'planned' || state === 'stopped'
  if (breaches.length === 0 || !isStored) return breaches.map((one) => ({ ...one, samples: [] }))
  const warehouse = await workspace.warehouse(sync.warehouse)
  const { dialect } = warehouse
  const run = runTables(workspace.project.workingSchema, runId)
  const mask = maskSensitive(sync)
  return warehouse.session(async (session) => {
    const sampled: SampledBreach[] = []
    for (const breach of breaches) {
      const rows = await session.query(readCounted(dialect, run, breach.guard, mostSamples))
      const samples = rows
        .map(readPlanRow)
        .map((row) => ({ ...row, changes: mask.changes(row.changes) }))
      sampled.push({ ...breach, samples })
    }
    return sampled
  })
}
