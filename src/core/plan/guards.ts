/** Bounded blast radius (promise 6): what a plan may do before a person is asked. */
import type { Amount, GuardName, Guards } from '../../model/sync.ts'

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
  readonly guard: GuardName
  readonly planned: number
  readonly allowed: number
}

/** `baselineRows` are the records present in the baseline: what percentages refer to. */
export function breachedGuards(
  totals: PlanTotals,
  guards: Guards,
  baselineRows: number,
): readonly GuardBreach[] {
  return [
    // New rows are growth, not a change of what is there.
    ...breach('max_changes', totals.updates, guards.maxChanges, baselineRows),
    ...breach('max_clears', totals.clears, guards.maxClears, baselineRows),
    ...breach('max_deletes', totals.deletes, guards.maxDeletes, baselineRows),
  ]
}

/**
 * Without a baseline all that a plan changes is new to the records it found, and a person lets it go
 * (`--first`). What it empties is of others' making, and held against those records.
 */
export function breachedAtFirst(totals: PlanTotals, guards: Guards): readonly GuardBreach[] {
  const found = totals.updates + totals.unchanged
  return breach('max_clears', totals.clears, guards.maxClears, found)
}

function breach(
  guard: GuardName,
  planned: number,
  amount: Amount,
  records: number,
): readonly GuardBreach[] {
  const allowed = allowedRows(amount, records)
  return planned > allowed ? [{ guard, planned, allowed }] : []
}

/** A percentage of few rows still allows one: a guard that forbids everything guards nothing. */
export function allowedRows(amount: Amount, records: number): number {
  if ('rows' in amount) return amount.rows
  if (amount.percent === 0) return 0
  return Math.max(1, Math.floor((records * amount.percent) / 100))
}
