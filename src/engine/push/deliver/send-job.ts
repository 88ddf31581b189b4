/**
 * One batch as a job: what the job settled, and the rows that are left to be sent otherwise. Those go in
 * batches of their own, so that no batch is ever known by more than one job (promise 4).
 */
import { jobTooLarge, RequestFailure } from '../../../connector/connector.ts'
import type { WriteResult } from '../../../connector/write.ts'
import type { OperationOutcome } from '../../../core/delivery/outcome.ts'
import { firstAttempt, maxAttempts, react } from '../../../core/delivery/retry.ts'
import { fieldKnowledge } from '../../../core/mapping/mapping.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { BatchJob } from '../../../ledger/ledger.ts'
import { adoptExisting } from './existing.ts'
import { resolveFates } from './fates.ts'
import { goneOutcomes } from './gone.ts'
import { deferAll, haltBy } from './halt.ts'
import { jobsOf, runJob } from './jobs.ts'
import { refuseLateStart } from '../../late-start.ts'
import { loadOf } from './load-of.ts'
import { sortResults } from './results.ts'
import type { SendContext } from './send-context.ts'

export interface JobOutcome {
  readonly outcomes: readonly OperationOutcome[]
  /** Certainly not applied, or to be sent in another form: of one kind each after the other. */
  readonly rest: readonly PlanRow[]
  /** Whether the rest was only too large for one job. */
  readonly isTooLarge?: boolean
}

/** Throws what leaves the batch to the next run: `JobUnderWay`, and a read that failed. */
export async function sendJob(
  context: SendContext,
  rows: readonly PlanRow[],
  record: (job: BatchJob) => Promise<void>,
): Promise<JobOutcome> {
  const given = await giveJob(context, rows, record)
  return 'results' in given ? settleJob(context, rows, given.results) : given
}

/** The results of a job; what to do instead where there was none. Nothing was applied then. */
async function giveJob(
  context: SendContext,
  rows: readonly PlanRow[],
  record: (job: BatchJob) => Promise<void>,
): Promise<{ readonly results: readonly WriteResult[] } | JobOutcome> {
  const { clock, connector, lease, mapping, random, signal } = context
  const jobs = jobsOf(context)
  const load = loadOf(context, mapping, rows)
  const job = { load, object: load.object, record, beforeSend: () => refuseLateStart(context) }
  for (let attempts = firstAttempt; jobs !== null; ) {
    await lease.ensure(connector.timing.requestTimeoutMs)
    try {
      const results = await runJob(context, jobs, job)
      return results === null ? { outcomes: [], rest: rows } : { results }
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error
      const reaction = react(error.kind, attempts, error.retryAfterMs, random())
      // Requests find the input that poisons them.
      if (reaction.do === 'bisect') {
        return { outcomes: [], rest: rows, isTooLarge: error.reason === jobTooLarge }
      }
      if (reaction.do !== 'again' || attempts.count > maxAttempts) {
        return { outcomes: deferAll(rows, error, haltBy(context, error)), rest: [] }
      }
      await clock.sleep(reaction.waitMs, signal)
      attempts = reaction.next
    }
  }
  return { outcomes: [], rest: rows }
}

/** The job has ended, so what it does not account for is read at once. */
async function settleJob(
  context: SendContext,
  rows: readonly PlanRow[],
  results: readonly WriteResult[],
): Promise<JobOutcome> {
  const sorted = sortResults(context, rows, results)
  const [adopted, gone, read] = await Promise.all([
    adoptExisting(context, sorted.existing),
    goneOutcomes(context, sorted.gone),
    resolveFates(context, context, fieldKnowledge(context.mapping), [
      ...sorted.accepted,
      ...sorted.unaccounted,
    ]),
  ])
  return {
    outcomes: [...sorted.outcomes, ...adopted.outcomes, ...gone, ...read.outcomes],
    rest: [...sorted.busy.map(({ row }) => row), ...read.notApplied, ...adopted.updates],
  }
}
