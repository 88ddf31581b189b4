/** What a batch's rows ask of the CRM, for requests and jobs alike. */
import type { BulkLoad } from '../../../connector/connector.ts'
import { writtenValues } from '../../../core/delivery/by-job.ts'
import { lockedBefore } from '../../../core/delivery/locks.ts'
import type { LoadKind } from '../../../core/delivery/payload.ts'
import type { CompiledMapping, Identity } from '../../../core/mapping/mapping.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { RunContext } from '../../context.ts'

/** A batch is of one kind and one phase. */
export function loadOf(
  context: Pick<RunContext, 'sync'>,
  mapping: CompiledMapping,
  rows: readonly PlanRow[],
): BulkLoad {
  const load = loadOfKind(context, kindOf(context, mapping.identity, rows), rows)
  const locked = rows.map((row) => lockedBefore(mapping, row))
  return {
    ...load,
    inputs: load.inputs.map((input, at) => ({ ...input, locked: locked[at] ?? {} })),
  }
}

/** The load as it was given, whatever the sync has become since. */
export function loadOfKind(
  { sync }: Pick<RunContext, 'sync'>,
  kind: LoadKind,
  rows: readonly PlanRow[],
): BulkLoad {
  const isFoundById = kind.operation === 'update' || kind.operation === 'delete'
  const inputs = rows.map((row) => ({
    id: isFoundById ? (row.remoteId ?? '') : null,
    values: writtenValues(row),
  }))
  return { object: sync.object, ...kind, inputs }
}

export function kindOf(
  context: Pick<RunContext, 'sync'>,
  identity: Identity | null,
  [first]: readonly PlanRow[],
): LoadKind {
  if (first === undefined || first.kind === 'none') throw new Error('a batch holds operations only')
  if (first.kind !== 'create') return { operation: first.kind, uniqueField: null }
  const uniqueField = identity?.field.name ?? null
  const isUpsert = uniqueField !== null && isUpserted(context, first)
  return { operation: isUpsert ? 'upsert' : 'create', uniqueField }
}

/**
 * Whether a create goes out as an upsert: where nobody looks first. One that claims a match value which
 * another row gives up does not: should that row have failed, an upsert would write over its record.
 */
export function isUpserted(
  { sync }: Pick<RunContext, 'sync'>,
  row: Pick<PlanRow, 'kind' | 'phase'>,
): boolean {
  return row.kind === 'create' && row.phase === 0 && sync.mode === 'upsert' && !sync.readBefore
}
