/** Counts of a plan: what it will do, and what became of the rows it does nothing for. */
import type { PlanTotals } from '../../../core/plan/guards.ts'
import { heldBackCounts } from '../../../core/sql/diff.ts'
import { planCounts } from '../../../core/sql/plan.ts'
import type { OutcomeStatus } from '../../../model/operation.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'
import type { PreparedModel } from './model.ts'
import { noOutcomes, type OutcomeCounts } from '../../progress.ts'
import type { ModelCounts } from './unkeyed.ts'

export interface PlanCounts {
  /** Rows of the model, and rows that left it. */
  readonly rows: number
  readonly operations: number
  /** Plan rows that need no request: their outcome is in the plan. */
  readonly concluded: number
  /** Outcomes that are certain before anything is sent. */
  readonly outcomes: OutcomeCounts
  /** Of those, rows held back from earlier runs; they are outside the guards. */
  readonly held: OutcomeCounts
  /** Rows by `status reason`, held ones included. */
  readonly reasons: Readonly<Record<string, number>>
}

export async function countPlan(
  context: RunContext,
  session: Session,
  prepared: PreparedModel,
  model: ModelCounts,
  due: number,
): Promise<{ readonly counts: PlanCounts; readonly totals: PlanTotals }> {
  const outcomes = { ...noOutcomes }
  const held = { ...noOutcomes }
  const reasons: Record<string, number> = {}
  const kinds = { create: 0, update: 0, delete: 0 }
  let clears = 0
  let concluded = 0
  const note = (status: OutcomeStatus, reason: string | null, rows: number): void => {
    outcomes[status] += rows
    if (reason !== null)
      reasons[`${status} ${reason}`] = (reasons[`${status} ${reason}`] ?? 0) + rows
  }
  for (const [kind, status, reason, count, emptied] of await session.query(
    planCounts(context.dialect, context.run),
  )) {
    if (status === null || status === undefined) {
      kinds[kind as keyof typeof kinds] += Number(count)
      clears += Number(emptied)
    } else {
      concluded += Number(count)
      if (reason !== 'key.null' && reason !== 'key.duplicate') {
        note(status as OutcomeStatus, reason ?? null, Number(count))
      }
    }
  }
  // One plan row stands for all rows that have no key or share one.
  if (model.total > model.keyed) note('rejected', 'key.null', model.total - model.keyed)
  if (model.duplicated > 0) note('rejected', 'key.duplicate', model.duplicated)
  let heldBack = 0
  if (model.changed > 0 && prepared.diff.withHeld) {
    for (const [status, reason, count] of await session.query(
      heldBackCounts(prepared.diff, context.clock.now()),
    )) {
      note(status as OutcomeStatus, reason ?? null, Number(count))
      held[status as OutcomeStatus] += Number(count)
      heldBack += Number(count)
    }
  }
  const beyondLimit = model.changed - heldBack - due
  if (beyondLimit > 0) note('deferred', 'run.limit', beyondLimit)
  note('unchanged', null, model.keyed - model.duplicated - (model.changed - model.removed))
  const operations = kinds.create + kinds.update + kinds.delete
  const counts: PlanCounts = {
    rows: model.total + model.removed,
    operations,
    concluded,
    outcomes,
    held,
    reasons,
  }
  const { unchanged, skipped, rejected, deferred } = outcomes
  const totals: PlanTotals = {
    creates: kinds.create,
    updates: kinds.update,
    deletes: kinds.delete,
    clears,
    unchanged,
    skipped,
    rejected,
    deferred,
  }
  return { counts, totals }
}
