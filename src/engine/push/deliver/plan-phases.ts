/** The phases of a plan, as delivery goes through them and a prediction counts them. */
import type { BatchRules, KindCounts } from '../../../core/plan/batches.ts'
import { phaseKinds, planPhases } from '../../../core/sql/plan.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'

export interface PlanPhase {
  readonly phase: number
  /** The highest sequence of its operations. */
  readonly last: number
  /** Empty where nothing goes as a job. */
  readonly counts: KindCounts
}

/** Phases that have operations, in order. */
export async function readPhases(
  { dialect, run }: Pick<RunContext, 'dialect' | 'run'>,
  session: Session,
  { jobs }: Pick<BatchRules<never>, 'jobs'>,
): Promise<readonly PlanPhase[]> {
  const phases = await session.query(planPhases(dialect, run))
  const kinds = jobs === null ? [] : await session.query(phaseKinds(dialect, run))
  return phases.map(([phase, last]) => ({
    phase: Number(phase),
    last: Number(last),
    counts: Object.fromEntries(
      kinds
        .filter(([of]) => of === phase)
        .map(([, kind, operations]) => [kind, Number(operations)]),
    ),
  }))
}
