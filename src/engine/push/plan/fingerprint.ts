/**
 * What a plan rests on. `apply` delivers a plan only if all of it still holds: the baseline, the
 * mapping, the CRM's fields and the due rows.
 */
import { createHash } from 'node:crypto'
import { callsMade } from '../deliver/calls.ts'
import type { RunContext } from '../../context.ts'
import type { FinishedPlan } from './finished-plan.ts'
import type { PreparedModel } from './model.ts'
import type { CallPrediction, PredictedPlan } from './predict-calls.ts'
import type { PushSync } from '../../../model/sync.ts'
import type { PlanTotals } from '../../../core/plan/guards.ts'
import type { RemappedCounts } from '../../../core/plan/remapped.ts'
import type { PlanCounts } from './totals.ts'

export interface PlanFingerprint {
  /** A digest of what the mapping says. Plans of older versions don't tell. */
  readonly fields?: string
  /** Merges into the baseline before the plan was made. */
  readonly generation: number
  /** What the sync says of how to push, as text. */
  readonly options: string
  /** The metadata of the mapped fields, as text; null when nothing was due. */
  readonly metadata: string | null
  readonly selection: { readonly onlyKey: string | null; readonly limit: number | null }
  readonly counts: PlanCounts
  readonly totals: PlanTotals
  /** API calls that the planning took. Plans of older versions don't tell. */
  readonly calls?: number
  /** What the report tells of the plan; plans of older versions don't. */
  readonly remapped?: RemappedCounts
  readonly predicted?: CallPrediction | null
}

export async function planFingerprint(
  context: RunContext,
  plan: PredictedPlan,
): Promise<PlanFingerprint> {
  const { generation } = await context.ledger.sync(context.sync.name)
  const { onlyKey, limit } = plan.prepared.diff
  return {
    fields: mappingDigest(plan.prepared),
    generation,
    options: optionsText(context.sync),
    metadata: plan.mapping === null ? null : metadataText(plan.mapping),
    selection: { onlyKey, limit },
    counts: plan.counts,
    totals: plan.totals,
    calls: callsMade(context),
    remapped: plan.remapped,
    predicted: plan.predicted,
  }
}

/** What the mapping says of its fields, in whatever order. */
export function mappingDigest({ versions }: Pick<PreparedModel, 'versions'>): string {
  const said = Object.entries(versions.fields)
  return digestOf(JSON.stringify(said.toSorted(([a], [b]) => (a < b ? -1 : 1))))
}

/** Everything that decides what is done, apart from the mapping's sources. */
export function optionsText(sync: PushSync): string {
  const { key, crm, object, match, mode, removedRows, deleteAdopted, ifDeleted, readBefore } = sync
  const conflicts = sync.fields.map(({ field, conflict }) => [field, conflict])
  return JSON.stringify({
    key,
    crm,
    object,
    match,
    mode,
    removedRows,
    deleteAdopted,
    ifDeleted,
    readBefore,
    conflicts,
    associations: sync.associations,
  })
}

/** Short enough to stand in every row that was judged by it. */
export function digestOf(metadata: string): string {
  return createHash('sha256').update(metadata).digest('hex').slice(0, 32)
}

export function metadataText(mapping: NonNullable<FinishedPlan['mapping']>): string {
  return JSON.stringify(mapping.fields.map(({ field }) => field))
}
