/** A pull's rows in the working schema, for alerting in the warehouse: one for the run, one for each object. */
import { addRead, putRun } from '../../core/sql/run-rows.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { instant } from '../instant.ts'
import type { LoadContext } from './context.ts'
import type { LeftCount, ObjectReport, PullReport, Versions } from './pull.ts'

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

interface Outcomes {
  readonly delivered: number
  readonly unchanged: number
  readonly skipped: number
  readonly rejected: number
  readonly deferred: number
}

/** The records of a pull in the words of all runs (promise 2). */
function outcomesOf(objects: readonly ObjectReport[]): Outcomes {
  const each = objects.map((one) => (one.versions === null ? ofRead(one) : ofTable(one.versions)))
  const sum = (name: keyof Outcomes): number =>
    each.reduce((total, outcomes) => total + outcomes[name], 0)
  return {
    delivered: sum('delivered'),
    unchanged: sum('unchanged'),
    skipped: sum('skipped'),
    rejected: sum('rejected'),
    deferred: sum('deferred'),
  }
}

function ofRead({ read, added, drift, completed, erased }: ObjectReport): Outcomes {
  const unchanged = read - drift.created - drift.changed - completed - erased
  return { delivered: added, unchanged, skipped: erased, rejected: 0, deferred: drift.withheld }
}

function ofTable({ taken, known, left }: Versions): Outcomes {
  const rowsOf = (outcome: LeftCount['outcome']): number =>
    left.filter((one) => one.outcome === outcome).reduce((total, { rows }) => total + rows, 0)
  return {
    delivered: taken,
    unchanged: known,
    skipped: rowsOf('skipped'),
    rejected: rowsOf('rejected'),
    deferred: 0,
  }
}
