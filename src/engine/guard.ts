/** Whether a plan may be delivered without a person (promise 6). */
import { breachedGuards, type GuardBreach, type PlanTotals } from '../core/plan/guards.ts'
import type { SynclineError } from '../model/error.ts'
import type { PushSync } from '../model/sync.ts'
import { pushErrors } from './errors.ts'

export interface GuardedPlan {
  readonly totals: PlanTotals
  readonly baselineRows: number
}

export function breachesOf(sync: PushSync, plan: GuardedPlan): readonly GuardBreach[] {
  if (plan.baselineRows === 0) return []
  return breachedGuards(plan.totals, sync.guards, plan.baselineRows)
}

/** Why the plan must wait for a person, or null. `first` allows a write without a baseline. */
export function refusalOf(sync: PushSync, plan: GuardedPlan, first: boolean): SynclineError | null {
  const { creates, updates, deletes } = plan.totals
  if (creates + updates + deletes === 0) return null
  if (plan.baselineRows === 0 && !first) {
    return pushErrors.first_run({
      message: `Sync ${sync.name} has no baseline yet; it would create ${creates} records and update ${updates}.`,
      place: sync.place,
    })
  }
  const breaches = breachesOf(sync, plan)
  if (breaches.length === 0) return null
  const told = breaches.map(
    ({ guard, planned, allowed }) => `${guard}: ${planned} planned, ${allowed} allowed`,
  )
  return pushErrors.guard({ message: `Sync ${sync.name}: ${told.join('; ')}.`, place: sync.place })
}
