/**
 * Confirmation: what the ledger holds becomes baseline, operations and held rows, by fenced merges
 * that each count once (promises 1 and 7). One merge at a time.
 */
import { readOutcomes } from '../core/delivery/payload.ts'
import { writeResultRow } from '../core/plan/plan-text.ts'
import {
  clearResults,
  type MergeInput,
  mergeStatements,
  resultsDecidedByPlan,
} from '../core/sql/merge.ts'
import { resultColumns, workingColumns } from '../core/sql/working-schema.ts'
import type { Column, Row } from '../model/value.ts'
import type { Session } from '../warehouse/warehouse.ts'
import type { RunContext } from './context.ts'

/** What a merge needs to know of the plan; kept so that a successor can merge without it. */
export interface MergeBasis {
  readonly columns: readonly Column[]
  readonly mappingVersion: number
}

/** Batches merged at once; bounds the memory of a merge. */
const batchesPerMerge = 200

/** Merges the outcomes that planning decided: they need no request. */
export async function confirmPlan(context: RunContext, basis: MergeBasis): Promise<void> {
  const at = instant(context.clock.now())
  await merge(context, basis, 0, async (session) => {
    await session.execute([resultsDecidedByPlan(context.dialect, context.run, at)])
  })
}

/** Merges everything that the ledger held concluded when it was called. */
export async function confirmDelivered(context: RunContext, basis: MergeBasis): Promise<void> {
  for (;;) {
    const batches = await context.ledger.concludedBatches(context.runId, 0, batchesPerMerge)
    const last = batches.at(-1)?.conclusion ?? null
    if (last === null) return
    const at = instant(context.clock.now())
    const rows: Row[] = batches.flatMap((batch) =>
      readOutcomes(batch.outcomes ?? '[]').map((outcome) => writeResultRow(outcome, at)),
    )
    await merge(context, basis, last, async (session) => {
      const columns = workingColumns(context.dialect, resultColumns)
      await session.load({ ...context.run.results, columns }, [rows])
    })
    // What is concluded meanwhile is the next call's: delivery may go on beside this.
    if (batches.length < batchesPerMerge) return
  }
}

async function merge(
  context: RunContext,
  basis: MergeBasis,
  throughConclusion: number,
  fill: (session: Session) => Promise<void>,
): Promise<void> {
  const lease = context.lease.current()
  const generation = await context.ledger.beginMerge(lease)
  await context.warehouse.session(async (session) => {
    // A merge that was begun and not committed may have left its results behind.
    await session.execute([clearResults(context.dialect, context.run)])
    await fill(session)
    await session.execute(
      mergeStatements(mergeInput(context, basis, generation, throughConclusion)),
    )
  })
  await context.ledger.finishMerge(lease, context.runId, generation, throughConclusion)
  context.progress({ at: 'confirmed', generation })
}

function mergeInput(
  context: RunContext,
  basis: MergeBasis,
  generation: number,
  throughConclusion: number,
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
    throughConclusion,
    columns: basis.columns,
    mappingVersion: basis.mappingVersion,
    now: context.clock.now(),
  }
}

/** Milliseconds as an instant with microseconds, `…Z`. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
