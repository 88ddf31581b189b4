/** A plan whose rows all stand in the working schema. */
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { PlanTotals } from '../../../core/plan/guards.ts'
import type { RemappedCounts } from '../../../core/plan/remapped.ts'
import type { PreparedModel } from './model.ts'
import type { PlanCounts } from './totals.ts'

export interface FinishedPlan {
  readonly prepared: PreparedModel
  /** Null when nothing was due: then the CRM was not asked for anything. */
  readonly mapping: CompiledMapping | null
  /** When planning began to look at the CRM's records; milliseconds since 1970. */
  readonly lookedAt: number
  readonly counts: PlanCounts
  readonly totals: PlanTotals
  /** Rows that are due by an edit of the mapping. */
  readonly remapped: RemappedCounts
}
