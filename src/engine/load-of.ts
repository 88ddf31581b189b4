/** What a batch's rows ask of the CRM, for requests and jobs alike. */
import type { BulkLoad } from '../connector/connector.ts'
import { writtenValues } from '../core/delivery/by-job.ts'
import type { PlanRow } from '../core/plan/plan-row.ts'
import type { RunContext } from './context.ts'
import { isUpserted } from './fates.ts'

/** A batch is of one kind and one phase; `identity` is the field that tells created records apart. */
export function loadOf(
  context: Pick<RunContext, 'sync'>,
  identity: string | null,
  rows: readonly PlanRow[],
): BulkLoad {
  const operation = operationOf(context, identity, rows)
  const isFoundById = operation === 'update' || operation === 'delete'
  return {
    object: context.sync.object,
    operation,
    uniqueField: isFoundById ? null : identity,
    inputs: rows.map((row) => ({
      id: isFoundById ? (row.remoteId ?? '') : null,
      values: writtenValues(row),
    })),
  }
}

function operationOf(
  context: Pick<RunContext, 'sync'>,
  identity: string | null,
  [first]: readonly PlanRow[],
): BulkLoad['operation'] {
  if (first === undefined || first.kind === 'none') throw new Error('a batch holds operations only')
  if (first.kind !== 'create') return first.kind
  return identity !== null && isUpserted(context, first) ? 'upsert' : 'create'
}
