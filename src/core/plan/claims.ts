/** What a plan claims, gathered while its rows are decided. */
import { type CollisionColumn, collisionColumns, type PlanClaims } from '../sql/plan.ts'
import type { DueRow, PlanRow } from './plan-row.ts'

export const noClaims: PlanClaims = {
  creates: false,
  moves: false,
  binds: false,
  releases: false,
  supersedes: false,
  owes: false,
  shares: [],
}

/**
 * What a page of the plan does, by its due rows and what was decided of them, beside the pages before it; null for the
 * first. What rows share is known of one page; of two, only the warehouse can say.
 */
export function withClaims(
  earlier: PlanClaims | null,
  due: readonly DueRow[],
  planned: readonly PlanRow[],
): PlanClaims {
  const before = earlier ?? noClaims
  const known = new Map(due.map(({ sequence, baseline }) => [sequence, baseline]))
  const moves = ({ kind, matchValue, sequence }: PlanRow): boolean =>
    kind !== 'create' && matchValue !== null && matchValue !== known.get(sequence)?.matchValue
  const binds = ({ remoteId, sequence }: PlanRow): boolean =>
    remoteId !== null && remoteId !== known.get(sequence)?.remoteId
  return {
    creates: before.creates || planned.some(({ kind }) => kind === 'create'),
    moves: before.moves || planned.some(moves),
    binds: before.binds || planned.some(binds),
    releases: before.releases || planned.some(({ releases }) => releases !== null),
    supersedes: before.supersedes || planned.some(({ supersedes }) => supersedes !== null),
    owes:
      before.owes ||
      due.some(({ side, baseline }) => side === 'removed' && (baseline?.released ?? null) !== null),
    shares: earlier === null ? sharedIn(planned) : collisionColumns,
  }
}

const claimed: Record<CollisionColumn, (row: PlanRow) => string | null> = {
  match_value: ({ matchValue }) => matchValue,
  remote_id: ({ remoteId }) => remoteId,
}

function sharedIn(planned: readonly PlanRow[]): readonly CollisionColumn[] {
  const live = planned.filter(
    ({ status, presence }) => status === null || presence === 'present' || presence === 'cleared',
  )
  return collisionColumns.filter((column) => {
    const values = live.map(claimed[column]).filter((value) => value !== null)
    return new Set(values).size < values.length
  })
}
