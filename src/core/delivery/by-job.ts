/** Which rows may be given to the CRM as a job, and what the job is then told of them. */
import { type CrmValue, type OperationKind, operationKinds } from '../../model/operation.ts'
import { isAssociation } from '../mapping/association.ts'
import type { CompiledMapping } from '../mapping/mapping.ts'
import { isDecidedByLook } from '../plan/judge-field.ts'
import type { PlanRow } from '../plan/plan-row.ts'

/**
 * A job works for minutes: what a condition or a person's edit was judged by would be stale. It writes no associations,
 * and tells created records apart only by a unique value. `kinds` are those that the CRM takes. Null where
 * every row may go.
 */
export function mayGoByJob(
  mapping: CompiledMapping,
  kinds: readonly OperationKind[],
): ((row: Pick<PlanRow, 'kind' | 'changes'>) => boolean) | null {
  const others = new Set(
    mapping.fields
      .filter(({ field, mapping: given }) => isDecidedByLook(given) || isAssociation(field.name))
      .map(({ field }) => field.name),
  )
  const may = new Set<PlanRow['kind']>(kinds)
  if (mapping.identity === null) may.delete('create')
  if (others.size === 0 && operationKinds.every((kind) => may.has(kind))) return null
  return (row) => may.has(row.kind) && !Object.keys(row.changes).some((field) => others.has(field))
}

/** What a row writes to the record itself. */
export function writtenValues(row: PlanRow): Record<string, CrmValue> {
  return Object.fromEntries(
    Object.entries(row.changes)
      .filter(([field]) => !isAssociation(field))
      .map(([field, change]) => [field, change.after]),
  )
}
