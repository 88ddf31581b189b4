/**
 * Confirmation: what the ledger holds becomes baseline, operations and held rows, by fenced merges
 * that each count once (promises 1 and 7). One merge at a time.
 */
import { readOutcomes } from '../../../core/delivery/payload.ts'
import { writeResultRow } from '../../../core/delivery/result-row.ts'
import {
  type MergeInput,
  mergeStatements,
  recordUnsent,
  resultsDecidedByPlan,
} from '../../../core/sql/merge.ts'
import { reopenOverwritten } from '../../../core/sql/reopen.ts'
import { rememberBeyondLimit, rememberUnsent } from '../../../core/sql/waiting.ts'
import { createResults, resultColumns, workingColumns } from '../../../core/sql/working-schema.ts'
import type { ConcludedBatch } from '../../../ledger/ledger.ts'
import type { Column, Row } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'
import { instant } from '../../instant.ts'
import { fenceStatement } from '../../working-schema.ts'

/** What a merge needs to know of the plan; kept so that a successor can merge without it. */
export interface MergeBasis {
  readonly columns: readonly Column[]
  readonly mappingVersion: number
  /** A digest of the CRM's metadata of the mapped fields; null where the plan needed none. */
  readonly metadata: string | null
  /** Whether rows may be held from earlier runs, which what became of them now may end. */
  readonly withHeld: boolean
}

/** Batches merged at once. */
const batchesPerMerge = 200
/** Batches read from the ledger at once; bounds the memory of a merge. One of a job is as large as many. */
function batchesPerRead({ connector, sync }: Pick<RunContext, 'connector' | 'sync'>): number {
  return connector.bulk === null || sync.bulkFrom === null ? 20 : 1
}

/** Merges the outcomes that planning decided: they need no request. */
export async function confirmPlan(context: RunContext, basis: MergeBasis): Promise<void> {
  const at = instant(context.clock.now())
  await merge(context, basis, async (session) => {
    await session.execute([resultsDecidedByPlan(context.dialect, context.run, at)])
    return { through: 0, reopensOnly: false, holds: true }
  })
}

/** Merges everything that the ledger held concluded when it was called. */
export async function confirmDelivered(context: RunContext, basis: MergeBasis): Promise<void> {
  const perRead = batchesPerRead(context)
  for (;;) {
    const first = await context.ledger.concludedBatches(context.runId, 0, perRead)
    if (first.length === 0) return
    let merged = 0
    await merge(context, basis, async (session) => {
      const columns = workingColumns(context.dialect, resultColumns)
      const at = instant(context.clock.now())
      let through = 0
      let reopensOnly = false
      let holds = basis.withHeld
      const pages = async function* (): AsyncGenerator<readonly Row[]> {
        for await (const batches of concluded(context, first)) {
          merged += batches.length
          through = batches.at(-1)?.conclusion ?? through
          yield batches.flatMap(({ outcomes, job }) =>
            readOutcomes(outcomes).map((outcome) => {
              reopensOnly ||= outcome.presence === null && outcome.reopen
              holds ||= outcome.status === 'deferred' || outcome.hold !== null
              return writeResultRow(outcome, at, job?.started ? job.id : null)
            }),
          )
        }
      }
      await session.load({ ...context.run.results, columns }, pages())
      return { through, reopensOnly, holds }
    })
    // What is concluded meanwhile is the next call's: delivery may go on beside this.
    if (merged < batchesPerMerge) return
  }
}

/** Concluded batches in order, `first` and what follows it, as many as one merge takes. */
async function* concluded(
  context: RunContext,
  first: readonly ConcludedBatch[],
): AsyncGenerator<readonly ConcludedBatch[]> {
  const perRead = batchesPerRead(context)
  let batches = first
  for (let read = batches.length; batches.length > 0; read += batches.length) {
    yield batches
    if (batches.length < perRead || read >= batchesPerMerge) return
    const after = batches.at(-1)?.conclusion ?? 0
    batches = await context.ledger.concludedBatches(context.runId, after, perRead)
  }
}

interface Filled extends Pick<MergeInput, 'reopensOnly' | 'holds'> {
  /** The last conclusion among the results. */
  readonly through: number
}

/** `fill` puts the results in. */
async function merge(
  context: RunContext,
  basis: MergeBasis,
  fill: (session: Session) => Promise<Filled>,
): Promise<void> {
  const lease = context.lease.current()
  const generation = await context.ledger.beginMerge(lease)
  const throughConclusion = await context.warehouse.session(async (session) => {
    // A merge that was begun and not committed may have left its results behind. Fenced, since a
    // successor's may be there by now.
    await session.execute([fenceStatement(context), ...createResults(context.dialect, context.run)])
    const filled = await fill(session)
    await session.execute(mergeStatements(mergeInput(context, basis, generation, filled)))
    return filled.through
  })
  await context.ledger.finishMerge(lease, context.runId, generation, throughConclusion)
  context.progress({ at: 'confirmed', generation })
}

function mergeInput(
  context: RunContext,
  basis: MergeBasis,
  generation: number,
  { through, reopensOnly, holds }: Filled,
): MergeInput {
  return {
    dialect: context.dialect,
    shared: context.shared,
    run: context.run,
    sync: context.tables,
    syncName: context.sync.name,
    runId: context.runId,
    stateId: context.stateId,
    fence: context.lease.current().fence,
    generation,
    throughConclusion: through,
    reopensOnly,
    holds,
    columns: basis.columns,
    mappingVersion: basis.mappingVersion,
    metadata: basis.metadata,
    now: context.clock.now(),
  }
}

/** Rows whose records hold another row's values are due again. To be called when all else is merged. */
export async function reopenOwners(context: RunContext): Promise<void> {
  const { dialect, tables, shared, sync, runId } = context
  const statement = reopenOverwritten(dialect, tables, shared, { syncName: sync.name, runId })
  await context.warehouse.session((session) =>
    session.execute([fenceStatement(context), statement]),
  )
}

/** What the run did not get to comes first in the next one. To be called when all else is merged. */
export async function queueUnsent(context: RunContext): Promise<void> {
  const { sync, tables, clock } = context
  const statement = rememberUnsent({
    ...context,
    sync: tables,
    syncName: sync.name,
    now: clock.now(),
  })
  await context.warehouse.session((session) =>
    session.execute([fenceStatement(context), statement]),
  )
}

/** What was beyond the run's limit waits like that. `key` is of the due rows. */
export async function queueBeyondLimit(context: RunContext, key: Column): Promise<void> {
  const { tables, clock } = context
  const statement = rememberBeyondLimit({ ...context, sync: tables, now: clock.now() }, key)
  await context.warehouse.session((session) =>
    session.execute([fenceStatement(context), statement]),
  )
}

/** What the run leaves to others, by their outcome in it. To be called when all else is merged. */
export async function recordLeft(context: RunContext, reason: string): Promise<void> {
  const at = instant(context.clock.now())
  const statement = recordUnsent({ ...context, syncName: context.sync.name }, { reason, at })
  await context.warehouse.session((session) =>
    session.execute([fenceStatement(context), statement]),
  )
}
