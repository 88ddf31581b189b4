/** Bounded blast radius (promise 6): what a plan may do before a person is asked. */
import type { Amount, Guards } from '../../model/sync.ts'

export interface PlanTotals {
  readonly creates: number
  readonly updates: number
  readonly deletes: number
  /** Fields that an update empties. */
  readonly clears: number
  readonly unchanged: number
  readonly skipped: number
  readonly rejected: number
  readonly deferred: number
}

export interface GuardBreach {
  readonly guard: 'max_changes' | 'max_clears' | 'max_deletes'
  readonly planned: number
  readonly allowed: number
}

/** `baselineRows` are the records present in the baseline: what percentages refer to. */
export function breachedGuards(
  totals: PlanTotals,
  guards: Guards,
  baselineRows: number,
): readonly GuardBreach[] {
  const breaches: GuardBreach[] = []
  const check = (guard: GuardBreach['guard'], planned: number, amount: Amount): void => {
    const allowed = allowedRows(amount, baselineRows)
    if (planned > allowed) breaches.push({ guard, planned, allowed })
  }
  // New rows are growth, not a change of what is there.
  check('max_changes', totals.updates, guards.maxChanges)
  check('max_clears', totals.clears, guards.maxClears)
  check('max_deletes', totals.deletes, guards.maxDeletes)
  return breaches
}

/** A percentage of few rows still allows one: a guard that forbids everything guards nothing. */
export function allowedRows(amount: Amount, baselineRows: number): number {
  if ('rows' in amount) return amount.rows
  if (amount.percent === 0) return 0
  return Math.max(1, Math.floor((baselineRows * amount.percent) / 100))
}
