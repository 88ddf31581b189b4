/** API calls of a push, and the cap that its sync may set per day. */
import { callsSince } from '../core/sql/call-history.ts'
import { callsOf, type PushContext } from './context.ts'
import { pushErrors } from './errors.ts'

/** Calls since the push began. */
export function callsMade(context: PushContext): number {
  return callsOf(context.crm) - context.callsBefore
}

/** Whether another call fits under the sync's cap; always, where it sets none. */
export interface CallCap {
  exhausted(): boolean
}

/**
 * Counts the calls of this UTC day that the working schema knows of. Throws `push.call_cap` when
 * nothing is left: planning needs calls too.
 */
export async function openCallCap(context: PushContext): Promise<CallCap> {
  const { sync, warehouse, dialect, shared, clock } = context
  const cap = sync.maxCallsPerDay
  if (cap === null) return { exhausted: () => false }
  const midnight = `${new Date(clock.now()).toISOString().slice(0, 10)}T00:00:00.000000Z`
  const [row] = await warehouse.session((session) =>
    session.query(callsSince(dialect, shared, sync.name, midnight)),
  )
  const spent = Number(row?.[0] ?? 0)
  const exhausted = (): boolean => spent + callsMade(context) >= cap
  if (exhausted()) {
    throw pushErrors.call_cap({
      message: `Sync ${sync.name} made ${spent} API calls today; max_calls_per_day is ${cap}.`,
      place: sync.place,
    })
  }
  return { exhausted }
}
