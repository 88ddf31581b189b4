/** API calls of a push, and the cap that its sync may set per day. */
import { callsSince } from '../../../core/sql/call-history.ts'
import { callsOf, type PushContext, type RunContext } from '../../context.ts'
import { pushErrors } from '../../errors.ts'
import { instant } from '../../instant.ts'

/** Calls since the push began. */
export function callsMade(context: PushContext): number {
  return callsOf(context.crm) - context.callsBefore
}

/** Whether another call fits under the sync's cap; always, where it sets none. */
export interface CallCap {
  exhausted(): boolean
}

/** Counts the calls of this UTC day that working schema and ledger know of. */
export async function openCallCap(context: RunContext): Promise<CallCap> {
  const cap = context.sync.maxCallsPerDay
  if (cap === null) return { exhausted: () => false }
  const spent = await callsToday(context)
  return { exhausted: () => spent + callsMade(context) >= cap }
}

/** Calls of this UTC day that the sync's cap leaves; null where it sets none. */
export async function callsLeft(context: RunContext): Promise<number | null> {
  const cap = context.sync.maxCallsPerDay
  if (cap === null) return null
  return Math.max(0, cap - (await callsToday(context)) - callsMade(context))
}

/** Throws `push.call_cap` when nothing is left: planning needs calls too. */
export async function requireCalls(context: RunContext): Promise<void> {
  const { sync } = context
  const cap = sync.maxCallsPerDay
  if (cap === null) return
  const spent = (await callsToday(context)) + callsMade(context)
  if (spent < cap) return
  throw pushErrors.call_cap({
    message: `Sync ${sync.name} made ${spent} API calls today; max_calls_per_day is ${cap}.`,
    place: sync.place,
  })
}

const dayMs = 86_400_000
/** More runs than a day has minutes. */
const runsPerDay = 2_000

function callsToday({ sync, clock, runId, ...context }: RunContext): Promise<number> {
  return callsOfDay(context, sync.name, clock.now(), runId)
}

/**
 * Calls of a sync's runs that began on the UTC day of `now`, apart from the run `except`: as they reported
 * them, or as the ledger saw them go. Of a run that has not ended, or was killed, that is a lower bound.
 */
export async function callsOfDay(
  { warehouse, shared, ledger }: Pick<RunContext, 'warehouse' | 'shared' | 'ledger'>,
  sync: string,
  now: number,
  except: string | null = null,
): Promise<number> {
  const midnight = Math.floor(now / dayMs) * dayMs
  const rows = await warehouse.session((session) =>
    session.query(callsSince(warehouse.dialect, shared, sync, instant(midnight))),
  )
  let calls = rows.reduce((sum, [, made]) => sum + Number(made ?? 0), 0)
  const reported = new Set(rows.map(([id]) => id))
  for (const run of await ledger.runs({ sync, limit: runsPerDay })) {
    if (run.startedAt < midnight) break
    if (run.id === except || reported.has(run.id)) continue
    calls += noted(run.report) + (await ledger.lastBatchNumber(run.id))
  }
  return calls
}

/**
 * What a run without a row of its own noted of its calls before it sent anything. Each batch that it
 * announced since was one more at least.
 */
function noted(report: unknown): number {
  const calls = typeof report === 'object' && report !== null && 'calls' in report && report.calls
  return typeof calls === 'number' ? calls : 0
}
