/** What became of a batch whose job outlived the process that gave it to the CRM. */
import type { WriteResult } from '../../../connector/write.ts'
import { delivered, type OperationOutcome } from '../../../core/delivery/outcome.ts'
import type { Payload } from '../../../core/delivery/payload.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { BatchJob } from '../../../ledger/ledger.ts'
import type { RunContext } from '../../context.ts'
import type { Fates } from './fates.ts'
import { endJob, jobsOf, JobUnderWay, takeResults, underWayError } from './jobs.ts'
import { loadOfKind } from './load-of.ts'

export interface JobFates extends Fates {
  /** Rows that the job tells nothing of: the CRM is asked for the records themselves. */
  readonly unknown: readonly PlanRow[]
  /** The job may still write: a row whose record does not show it is in doubt, and not to be sent again. */
  readonly isOpen: boolean
}

/** Null where nothing can be asked for: then the records are read. */
export async function fatesOfJob(
  context: RunContext,
  { rows, load: kind }: Payload,
  job: BatchJob,
): Promise<JobFates | null> {
  const jobs = jobsOf(context)
  if (jobs === null || kind === undefined || rows.length === 0) return null
  if (!job.started) {
    // It never wrote, and without a start it never will; ending it is only tidy.
    await jobs.bulk.abort(job.id).catch(() => undefined)
    return { outcomes: [], notApplied: rows, unknown: [], isOpen: false }
  }
  const load = loadOfKind(context, kind, rows)
  const results = await (context.givesUpJobs === true
    ? endJob(context, jobs, job.id, load)
    : takeResults(context, jobs, job.id, load).catch((error: unknown) => {
        throw error instanceof JobUnderWay ? underWayError(context, error) : error
      }))
  if (results === null) return { outcomes: [], notApplied: [], unknown: rows, isOpen: true }
  return { ...told(context, rows, results), isOpen: false }
}

/** What results say of the rows, without the plan that they were sent by. */
function told(
  { connector }: RunContext,
  rows: readonly PlanRow[],
  results: readonly WriteResult[],
): Omit<JobFates, 'isOpen'> {
  const outcomes: OperationOutcome[] = []
  const notApplied: PlanRow[] = []
  const unknown: PlanRow[] = []
  rows.forEach((row, index) => {
    const result = results[index] ?? { status: 'unaccounted' }
    const isAccepted = row.kind === 'delete' && !connector.accounts.delete
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
