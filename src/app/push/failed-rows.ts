/** The first rows that a plan or a run leaves undelivered, each with its reason (promise 2). */
import { heldBefore, heldWaiting, planFailures, runFailures } from '../../core/sql/failures.ts'
import { runTables, sharedTables, syncTables, type TableName } from '../../core/sql/names.ts'
import type { PushSync } from '../../model/sync.ts'
import type { Row } from '../../model/value.ts'
import { maskSensitive } from './mask-sensitive.ts'
import type { PushResult } from './push-sync.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface FailedRow {
  readonly key: string
  readonly status: string
  readonly reason: string
  /** Values of sensitive fields are masked. */
  readonly message: string | null
  /** Whether an earlier run said so, and this one left the row alone. */
  readonly held: boolean
  /** Where it stands, of `FailedRows.places`. */
  readonly place: 'own' | 'held'
}

export interface FailedRows {
  /** Those of this run first, then what waits since it, then what earlier runs hold back. */
  readonly rows: readonly FailedRow[]
  /** Where in the warehouse all of this run are that it tried, and all that are held back or wait. */
  readonly places: { readonly own: string; readonly held: string }
}

/** At most `limit` rows. */
export async function failedRows(
  workspace: Workspace,
  sync: PushSync,
  report: PushResult,
  limit: number,
): Promise<FailedRows> {
  const { outcomes, runId, state } = report
  const warehouse = await workspace.warehouse(sync.warehouse)
  const { dialect } = warehouse
  const { workingSchema } = workspace.project
  const isStored = state === 'planned' || state === 'stopped'
  const run = runTables(workingSchema, runId)
  const shared = sharedTables(workingSchema)
  const own = isStored
    ? planFailures(dialect, run, limit)
    : runFailures(dialect, shared, runId, limit)
  const tables = syncTables(workingSchema, sync.name, dialect.maxIdentifierBytes)
  const places = {
    own: isStored
      ? `${placeText(run.plan)} where status is not null`
      : `${placeText(shared.failures)} where run_id = '${runId}'`,
    held: placeText(tables.held),
  }
  if (outcomes.rejected + outcomes.deferred === 0) return { rows: [], places }
  // A row that is tried again stands in both; so many more are asked for.
  const earlier = heldBefore(dialect, tables, runId, limit * 2)
  const waiting = heldWaiting(dialect, { ...shared, ...tables }, runId, limit)
  const mask = maskSensitive(sync)
  const read = (found: readonly Row[], where: Pick<FailedRow, 'held' | 'place'>) =>
    found.map(([key, status, reason, message]) => ({
      key: key ?? '',
      status: status ?? '',
      reason: reason ?? '',
      message: mask.message(message ?? null),
      ...where,
    }))
  return warehouse.session(async (session) => {
    const found = read(await session.query(own), { held: false, place: 'own' })
    const tried = new Set(found.map(({ key }) => key))
    const waits = read(await session.query(waiting), { held: false, place: 'held' })
    const before = read(await session.query(earlier), { held: true, place: 'held' })
    const rest = before.filter(({ key }) => !tried.has(key))
    return { rows: [...found, ...waits, ...rest].slice(0, limit), places }
  })
}

function placeText({ schema, table }: TableName): string {
  return `${schema}.${table}`
}
