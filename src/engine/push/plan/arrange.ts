/** A plan as a whole: what collides in it, and in which order values are given up and claimed. */
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import { orderClaims } from '../../../core/plan/phases.ts'
import {
  claimEdges,
  doubtClaims,
  markClearFirst,
  type PlanClaims,
  rejectCollisions,
  setPhases,
  yieldOwed,
  yieldSuperseded,
} from '../../../core/sql/plan.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'
import type { PreparedModel } from './model.ts'

/** What only the whole plan can show: collisions, and the order of release and claim. */
export async function arrange(
  context: RunContext,
  session: Session,
  { diff: input }: PreparedModel,
  mapping: CompiledMapping,
  claims: PlanClaims,
): Promise<void> {
  const { dialect, run, tables } = context
  const named = mapping.match?.mapping.sensitive !== true
  const yielding = [
    ...(claims.owes ? [yieldOwed(dialect, run, tables)] : []),
    ...(claims.supersedes ? [yieldSuperseded(dialect, run)] : []),
  ]
  if (yielding.length > 0) await session.execute(yielding)
  const isUnique = mapping.match?.field.unique === true
  for (let rejected = 1; rejected > 0; ) {
    const rejections = [
      ...rejectCollisions(input, 'match_value', { named, isUnique, claims }),
      ...rejectCollisions(input, 'remote_id', { named: true, isUnique, claims }),
    ]
    const counts = rejections.length === 0 ? [] : await session.execute(rejections)
    // A row that is rejected keeps what its record has, on which another row may have counted.
    rejected = isUnique ? 0 : counts.reduce((sum, count) => sum + count, 0)
  }
  // Only what the CRM enforces as unique must be given up before another may take it.
  if (!isUnique) return
  if (claims.creates) await session.execute([doubtClaims(input, claims)])
  if (!claims.releases) return
  const edges = await session.query(claimEdges(dialect, run))
  if (edges.length === 0) return
  const order = orderClaims(
    edges.map(([claiming, releasing]) => [Number(claiming), Number(releasing)] as const),
  )
  const byPhase = new Map<number, number[]>()
  for (const [sequence, phase] of order.phases) {
    byPhase.set(phase, [...(byPhase.get(phase) ?? []), sequence])
  }
  await session.execute([
    ...setPhases(dialect, run, byPhase),
    ...markClearFirst(dialect, run, order.clearFirst),
  ])
}
