/** From a stored plan to its end: delivery, confirmation, and the errors that cut it short. */
import type { CompiledMapping } from '../../core/mapping/mapping.ts'
import { SynclineError } from '../../model/error.ts'
import {
  confirmDelivered,
  confirmPlan,
  type MergeBasis,
  queueBeyondLimit,
  queueUnsent,
  reopenOwners,
} from './deliver/confirm.ts'
import { dueKey } from '../../core/sql/diff.ts'
import { inDoubt } from '../../core/sql/hold.ts'
import type { Column } from '../../model/value.ts'
import type { RunContext } from '../context.ts'
import { takeUpMapping, type PreparedModel } from './plan/model.ts'
import type { PlanCounts } from './plan/totals.ts'
import { callsMade, openCallCap } from './deliver/calls.ts'
import { deliver, type Delivery } from './deliver/deliver.ts'
import { pushErrors } from './errors/errors.ts'
import { advance } from './lifecycle.ts'
import { freeSuperseded } from './plan/rekeyed.ts'
import { noOutcomes } from '../progress.ts'

export interface Executable {
  /** Null when nothing was due. */
  readonly mapping: CompiledMapping | null
  /** As in `SendContext`. */
  readonly lookedAt: number
  readonly basis: MergeBasis
  readonly prepared: PreparedModel
  readonly operations: number
  /** Rows whose outcome the plan decided. */
  readonly concluded: number
  /** The key of the due rows, where the run's limit left others out; else null. */
  readonly beyondLimit: Column | null
}

/** What delivery needs of a plan, whether it was made just now or by an earlier run. */
export function executableOf(
  prepared: PreparedModel,
  counts: PlanCounts,
  crm: Pick<Executable, 'mapping' | 'lookedAt'>,
): Executable {
  return {
    ...crm,
    basis: mergeBasis(prepared),
    prepared,
    operations: counts.operations,
    concluded: counts.concluded,
    beyondLimit: counts.reasons['deferred run.limit'] === undefined ? null : dueKey(prepared.diff),
  }
}

export function mergeBasis({
  diff,
  versions,
}: Pick<PreparedModel, 'diff' | 'versions'>): MergeBasis {
  const { columns, metadata, withHeld } = diff
  return { columns, mappingVersion: versions.version, metadata, withHeld }
}

export const nothingDelivered: Delivery = {
  outcomes: noOutcomes,
  reasons: {},
  unsent: 0,
  underWay: 0,
  halt: null,
}

/**
 * Throws when fates are unknown at the end by some fault. Either way a run with batches in flight stays open,
 * and the next one clears them up.
 */
export async function execute(
  context: RunContext,
  { mapping, lookedAt, basis, prepared, operations, concluded, beyondLimit }: Executable,
  signal: AbortSignal,
): Promise<Delivery> {
  await advance(context, 'delivery_started', { report: noteOf(context, basis) })
  await takeUpMapping(context, prepared)
  if (mapping !== null) await freeSuperseded(context)
  // A run with nothing to tell leaves the baseline's generation as it is.
  if (concluded > 0) await confirmPlan(context, basis)
  if (mapping === null) {
    await advance(context, 'delivery_ended')
    return nothingDelivered
  }
  const cap = await openCallCap(context)
  const delivery = await deliver(context, { mapping, lookedAt, basis, operations, cap, signal })
  const inFlight = await context.ledger.sendingBatches(context.runId)
  if (inFlight.length > 0) {
    await confirmDelivered(context, basis)
    const error = haltError(delivery)
    if (error !== null) throw error
    if (delivery.underWay === 0) throw new Error('batches are in flight and nothing says why')
    return delivery
  }
  await advance(context, 'delivery_ended')
  await confirmDelivered(context, basis)
  if (mayOverwrite.some((reason) => delivery.reasons[reason] !== undefined)) {
    await reopenOwners(context)
  }
  if (delivery.unsent > 0) await queueUnsent(context)
  if (beyondLimit !== null) await queueBeyondLimit(context, beyondLimit)
  return delivery
}

/** Of upserts that wrote to another row's record. */
const mayOverwrite = ['rejected record.bound', `deferred ${inDoubt}`]

/** What a successor needs should this worker die: the basis, whose columns the due table has, and calls. */
function noteOf(
  context: RunContext,
  { mappingVersion, metadata }: MergeBasis,
): Pick<MergeBasis, 'mappingVersion' | 'metadata'> & { readonly calls: number } {
  return { mappingVersion, metadata, calls: callsMade(context) }
}

export interface ExecutionEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'delivering'
  readonly error: SynclineError | null
}

/** How a run ends after its delivery; who was told to stop and left something unsent is cancelled. */
export function endOf(delivery: Delivery, signal: AbortSignal): ExecutionEnd {
  const error = haltError(delivery)
  if (error !== null) return { state: 'failed', error }
  if (delivery.underWay > 0) return { state: 'delivering', error: null }
  const cut = signal.aborted && delivery.unsent > 0
  return { state: cut ? 'cancelled' : 'succeeded', error: null }
}

function haltError({ halt }: Delivery): SynclineError | null {
  if (halt?.why !== 'error') return null
  const { error } = halt
  return error instanceof SynclineError
    ? error
    : pushErrors.unreachable({ message: error.message, cause: error })
}
