/** A pull's rows in the working schema, for alerting in the warehouse: one for the run, one for each object. */
import { addRead, putRun } from '../../core/sql/run-rows.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { instant } from '../instant.ts'
import type { LoadContext } from './context.ts'
import type { ObjectReport, PullReport } from './pull.ts'

export async function recordPull(
  { dialect, shared }: LoadContext,
  session: Session,
  report: PullReport,
  calls: number,
): Promise<void> {
  const { objects, runId, sync, kind, state } = report
  const run = {
    run_id: runId,
    sync,
    kind,
    state,
    started_at: instant(report.startedAt),
    ended_at: instant(report.endedAt),
    ...outcomesOf(objects),
    calls,
  }
  const reads = objects.map(({ object, read, added, erased, drift }) => {
    const { fields, ...counts } = drift
    const told = { object, read, added, erased, ...counts, fields: JSON.stringify(fields) }
    return addRead(dialect, shared, { run_id: runId, sync, ended_at: run.ended_at, ...told })
  })
  await session.execute([...putRun(dialect, shared, run), ...reads])
}

/** The records of a pull in the words of all runs (promise 2). */
function outcomesOf(objects: readonly ObjectReport[]): {
  readonly delivered: number
  readonly unchanged: number
  readonly skipped: number
  readonly rejected: number
  readonly deferred: number
} {
  const sum = (count: (report: ObjectReport) => number): number =>
    objects.reduce((total, report) => total + count(report), 0)
  const delivered = sum(({ added }) => added)
  const deferred = sum(({ drift }) => drift.withheld)
  const skipped = sum(({ erased }) => erased)
  const unchanged = sum(({ read, drift }) => read - drift.created - drift.changed) - skipped
  return { delivered, unchanged, skipped, rejected: 0, deferred }
}
