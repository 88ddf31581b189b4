/** Whether a plan may be delivered without a person (promise 6). */
import {
  breachedAtFirst,
  breachedGuards,
  type GuardBreach,
  type PlanTotals,
} from '../../core/plan/guards.ts'
import type { SynclineError } from '../../model/error.ts'
import type { PushSync } from '../../model/sync.ts'
import { pushErrors } from './errors/errors.ts'
import type { PreparedModel } from './plan/model.ts'

export interface GuardedPlan {
  readonly totals: PlanTotals
  readonly prepared: Pick<PreparedModel, 'baselineRows'>
}

export function breachesOf(sync: PushSync, plan: GuardedPlan): readonly GuardBreach[] {
  const { totals, prepared } = plan
  const { baselineRows } = prepared
  return baselineRows === 0
    ? breachedAtFirst(totals, sync.guards)
    : breachedGuards(totals, sync.guards, baselineRows)
}

/** Why the plan must wait for a person, or null. `first` allows a write without a baseline. */
export function refusalOf(sync: PushSync, plan: GuardedPlan, first: boolean): SynclineError | null {
  const { creates, updates, deletes, clears } = plan.totals
  if (creates + updates + deletes === 0) return null
  if (plan.prepared.baselineRows === 0 && !first) {
    const emptied = clears > 0 ? `, emptying ${clears} fields` : ''
    return pushErrors.first_run({
      message: `Sync ${sync.name} has no baseline yet; it would create ${creates} records and update ${updates}${emptied}.`,
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
