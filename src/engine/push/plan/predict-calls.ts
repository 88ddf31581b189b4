/** What the delivery of a stored plan will ask of the CRM, and whether that fits into the day. */
import { RequestFailure } from '../../../connector/connector.ts'
import { rowsPerPage } from '../../../core/plan/batches.ts'
import {
  type CallForecast,
  type CallRules,
  forecastOfReleases,
  forecastPage,
} from '../../../core/plan/predict-calls.ts'
import { readOperationKind } from '../../../core/plan/plan-text.ts'
import { planPhases, readClearFirst, readOperationKinds } from '../../../core/sql/plan.ts'
import { ahead } from './ahead.ts'
import { batchRules } from '../deliver/batch-queue.ts'
import { callsLeft } from '../deliver/calls.ts'
import type { RunContext } from '../../context.ts'
import { isUpserted } from '../deliver/load-of.ts'
import { conditionalFields } from '../deliver/moved-since.ts'
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
    phases: await session.query(planPhases(dialect, run)),
    releases: await session.query(readClearFirst(dialect, run)),
  }))
  const countsFields =
    rules.conditional.size + rules.associations.length > 0 ||
    (rules.jobs !== null && rules.jobs.allow !== null) ||
    rules.together !== null
  const pageRows = rowsPerPage(rules)
  let forecast = forecastOfReleases(releases.length, rules)
  for (const [phase, last] of phases.map((row) => row.map(Number))) {
    const pages = ahead(Math.ceil((last ?? 0) / pageRows), (page) => {
      const [after, through] = [page * pageRows, (page + 1) * pageRows]
      const range = { after, through, operationsOf: phase ?? 0 }
      const statement = readOperationKinds(dialect, run, range, countsFields)
      return warehouse.session((session) => session.query(statement))
    })
    for await (const rows of pages) {
      const operations = rows.map((row) => readOperationKind(row, phase ?? 0))
      forecast = forecastPage(forecast, operations, rules)
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
