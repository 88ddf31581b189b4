/** What became of a batch whose job outlived the process that gave it to the CRM. */
import { delivered, type OperationOutcome } from '../core/delivery/outcome.ts'
import type { Payload } from '../core/delivery/payload.ts'
import type { PlanRow } from '../core/plan/plan-row.ts'
import type { BatchJob } from '../ledger/ledger.ts'
import type { RunContext } from './context.ts'
import type { Fates } from './fates.ts'
import { JobUnderWay, takeResults, underWayError } from './jobs.ts'
import { loadOfKind } from './load-of.ts'

export interface JobFates extends Fates {
  /** Rows that the job tells nothing of: the CRM is asked for the records themselves. */
  readonly unknown: readonly PlanRow[]
}

/** Null where nothing can be asked for: then the records are read. */
export async function fatesOfJob(
  context: RunContext,
  { rows, load: kind }: Payload,
  job: BatchJob,
): Promise<JobFates | null> {
  const { bulk } = context.crm
  if (bulk === undefined || kind === undefined || rows.length === 0) return null
  if (!job.started) {
    // It never wrote, and without a start it never will; ending it is only tidy.
    await bulk.abort(job.id).catch(() => undefined)
    return { outcomes: [], notApplied: rows, unknown: [] }
  }
  const load = loadOfKind(context, kind, rows)
  const results = await takeResults(context, bulk, job.id, load).catch((error: unknown) => {
    throw error instanceof JobUnderWay ? underWayError(context, error) : error
  })
  const outcomes: OperationOutcome[] = []
  const notApplied: PlanRow[] = []
  const unknown: PlanRow[] = []
  rows.forEach((row, index) => {
    const result = results[index] ?? { status: 'unaccounted' }
    const isAccepted = row.kind === 'delete' && !context.connector.accounts.delete
    if (result.status === 'unaccounted' || isAccepted) unknown.push(row)
    else if (result.status === 'written') {
      outcomes.push(delivered(row, { ...result, returned: result.values }))
    } else {
      // What the job refused is refused again, and then told with the mapping at hand.
      notApplied.push(row)
    }
  })
  return { outcomes, notApplied, unknown }
}
