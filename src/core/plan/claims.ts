/** What a plan claims, gathered while its rows are decided. */
import type { PlanClaims } from '../sql/plan.ts'
import type { DueRow, PlanRow } from './plan-row.ts'

export const noClaims: PlanClaims = {
  creates: false,
  moves: false,
  binds: false,
  releases: false,
  supersedes: false,
  owes: false,
}

/** `before`, and what a page of the plan does: the due rows, and what was decided of them. */
export function withClaims(
  before: PlanClaims,
  due: readonly DueRow[],
  planned: readonly PlanRow[],
): PlanClaims {
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
  }
}
