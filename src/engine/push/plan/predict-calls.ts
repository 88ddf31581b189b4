/** What the delivery of a stored plan will ask of the CRM, and whether that fits into the day. */
import { RequestFailure } from '../../../connector/connector.ts'
import { cutPage, rowsPerPage } from '../../../core/plan/batches.ts'
import {
  type CallForecast,
  type CallRules,
  type ForecastRow,
  forecastBatches,
  forecastOfReleases,
} from '../../../core/plan/predict-calls.ts'
import { readOperationKind } from '../../../core/plan/plan-text.ts'
import { readClearFirst, readOperationKinds } from '../../../core/sql/plan.ts'
import { ahead } from './ahead.ts'
import { batchRules } from '../deliver/batch-queue.ts'
import { callsLeft } from '../deliver/calls.ts'
import type { RunContext } from '../../context.ts'
import { isUpserted } from '../deliver/load-of.ts'
import { conditionalFields } from '../deliver/moved-since.ts'
import { readPhases } from '../deliver/plan-phases.ts'
import type { FinishedPlan } from './finished-plan.ts'

export interface CallPrediction extends CallForecast {
  readonly left: {
    /** Calls of this UTC day under the sync's `max_calls_per_day`; null where it sets none. */
    readonly cap: number | null
    /** The same of the connection's. Plans of older versions don't tell. */
    readonly connectionCap?: number | null
    /** The vendor's own limit with the least left; null where nobody asked, or it does not tell. */
    readonly vendor: VendorBudget | null
  }
}

/** What the vendor says is left of one of its longer limits, to all that share it. */
export interface VendorBudget {
  readonly name: string
  readonly left: number
  readonly max: number
  /** Milliseconds since the epoch; null where the vendor does not say. */
  readonly resetsAt: number | null
}

export interface PredictedPlan extends FinishedPlan {
  /** Null where nothing is to be delivered. */
  readonly predicted: CallPrediction | null
}

/**
 * Null where there is nothing to deliver. The vendor tells what is left by a call of its own, so only
 * who has a person read the answer asks (`asksVendor`); that it can't be told stops nothing.
 */
export async function predictCalls(
  context: RunContext,
  { mapping, counts }: Pick<FinishedPlan, 'mapping' | 'counts'>,
  asksVendor: boolean,
): Promise<CallPrediction | null> {
  if (mapping === null || counts.operations === 0) return null
  const { sync, connector } = context
  const vendor = asksVendor ? await scarcestBudget(context) : null
  const { sync: cap, connection: connectionCap } = await callsLeft(context)
  const limits = [cap, connectionCap, vendor?.left].flatMap((left) => left ?? [])
  const conditional = conditionalFields({ sync, mapping }).map(({ field }) => field.name)
  const rules: CallRules = {
    ...batchRules(context, mapping),
    jobCalls: connector.bulk?.calls ?? 0,
    isUpserted: (row) => isUpserted(context, row),
    confirmsDeletes: !connector.accounts.delete,
    conditional: new Set(conditional),
    associations: sync.associations,
    left: limits.length === 0 ? null : Math.min(...limits),
  }
  return { ...(await forecastPlan(context, rules)), left: { cap, connectionCap, vendor } }
}

/** In the order of delivery: phase by phase, page by page. */
async function forecastPlan(context: RunContext, rules: CallRules): Promise<CallForecast> {
  const { warehouse, dialect, run } = context
  const { phases, releases } = await warehouse.session(async (session) => ({
    phases: await readPhases(context, session, rules),
    releases: await session.query(readClearFirst(dialect, run)),
  }))
  const countsFields =
    rules.conditional.size + rules.associations.length > 0 ||
    (rules.jobs !== null && rules.jobs.allow !== null) ||
    rules.together !== null
  const pageRows = rowsPerPage(rules)
  let forecast = forecastOfReleases(releases.length, rules)
  for (const { phase, last, counts } of phases) {
    const pageCount = Math.ceil(last / pageRows)
    const pages = ahead(pageCount, (page) => {
      const [after, through] = [page * pageRows, (page + 1) * pageRows]
      const range = { after, through, operationsOf: phase }
      const statement = readOperationKinds(dialect, run, range, countsFields)
      return warehouse.session((session) => session.query(statement))
    })
    let waiting: readonly ForecastRow[] = []
    let read = 0
    for await (const rows of pages) {
      read += 1
      const operations = rows.map((row) => readOperationKind(row, phase))
      const place = { counts, isLast: read === pageCount }
      const cut = cutPage([...waiting, ...operations], rules, place)
      waiting = cut.waiting
      forecast = forecastBatches(forecast, cut.batches, rules)
    }
  }
  return forecast
}

async function scarcestBudget({ crm }: RunContext): Promise<VendorBudget | null> {
  try {
    const budgets = ((await crm.usage?.()) ?? []).map(({ name, used, max, resetsAt }) => {
      return { name, left: Math.max(0, max - used), max, resetsAt }
    })
    return budgets.toSorted((a, b) => a.left - b.left)[0] ?? null
  } catch (error) {
    if (error instanceof RequestFailure) return null
    throw error
  }
}
