/** API calls of a push, and the caps that its sync and its connection may set per day. */
import { callsSince } from '../../../core/sql/call-history.ts'
import { callsOf, type ConnectionCap, type PushContext, type RunContext } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { instant } from '../../instant.ts'

/** Calls since the push began. */
export function callsMade(context: PushContext): number {
  return callsOf(context.crm) - context.callsBefore
}

/** Whether another call fits under the caps of sync and connection; always, where neither sets one. */
export interface CallCap {
  /** The cap that leaves nothing, as people call it; null while there is room. */
  exhausted(): Promise<string | null>
}

/** A number of calls of one UTC day, and what was spent of it besides this push. */
interface Cap {
  readonly name: string
  readonly max: number
  readonly spent: () => Promise<number>
  /** Whether others spend of it while this push is at work. */
  readonly isShared: boolean
}

const option = 'max_calls_per_day'

function capsOf(context: RunContext): readonly Cap[] {
  const { clock, connectionCap, runId, sync } = context
  const own = (max: number): Cap => ({
    name: `${option} of sync ${sync.name}`,
    max,
    spent: () => callsOfDay(context, sync.name, clock.now(), runId),
    isShared: false,
  })
  const shared = ({ max, spent }: ConnectionCap): Cap => ({
    name: `${option} of connection ${sync.crm}`,
    max,
    spent: () => spent(clock.now(), runId),
    isShared: true,
  })
  return [
    ...(sync.maxCallsPerDay === null ? [] : [own(sync.maxCallsPerDay)]),
    ...(connectionCap === null ? [] : [shared(connectionCap)]),
  ]
}

/** Calls of our own after which what others spend of a shared cap is looked up again. */
const lookEvery = 20

/** Counts the calls of this UTC day that working schemas and ledger know of. */
export async function openCallCap(context: RunContext): Promise<CallCap> {
  const caps = await Promise.all(
    capsOf(context).map(async (cap) => ({
      cap,
      spent: await cap.spent(),
      lookedAt: callsMade(context),
    })),
  )
  return {
    exhausted: async () => {
      for (const each of caps) {
        if (each.cap.isShared && callsMade(context) - each.lookedAt >= lookEvery) {
          // Before it is known: of several that ask at once, one looks.
          each.lookedAt = callsMade(context)
          each.spent = await each.cap.spent()
        }
        if (each.spent + callsMade(context) >= each.cap.max) return each.cap.name
      }
      return null
    },
  }
}

/** Calls of this UTC day that the caps leave; null where there is none. */
export interface CallsLeft {
  readonly sync: number | null
  readonly connection: number | null
}

export async function callsLeft(context: RunContext): Promise<CallsLeft> {
  const left = { sync: null as number | null, connection: null as number | null }
  for (const { isShared, max, spent } of capsOf(context)) {
    const rest = Math.max(0, max - (await spent()) - callsMade(context))
    left[isShared ? 'connection' : 'sync'] = rest
  }
  return left
}

/** Throws `push.call_cap` when nothing is left: planning needs calls too. */
export async function requireCalls(context: RunContext): Promise<void> {
  const { sync } = context
  for (const { name, max, spent } of capsOf(context)) {
    const made = (await spent()) + callsMade(context)
    if (made < max) continue
    throw pushErrors.call_cap({
      message: `Sync ${sync.name}: ${made} API calls were made today; ${name} is ${max}.`,
      place: sync.place,
    })
  }
}

const dayMs = 86_400_000
/** More runs than a day has minutes. */
const runsPerDay = 2_000

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
