/** What the writes of rows lock besides their own records. */
import type { CompiledMapping } from '../mapping/mapping.ts'
import type { PlanRow } from '../plan/plan-row.ts'
import type { CrmValue } from '../../model/operation.ts'

/** Mapped fields that lock what they refer to. */
function lockFields(mapping: CompiledMapping): readonly string[] {
  return mapping.fields.filter(({ field }) => field.locks).map(({ field }) => field.name)
}

/**
 * Names the records that a row locks by referring to them, whether it changes the reference or not; null
 * where no field does so.
 */
export function lockedTogether(
  mapping: CompiledMapping,
): ((row: Pick<PlanRow, 'changes' | 'crmValues'>) => string) | null {
  const fields = lockFields(mapping)
  if (fields.length === 0) return null
  return ({ changes, crmValues }) =>
    fields.flatMap((field) => changes[field]?.after ?? crmValues[field] ?? []).join('\n')
}

/** What a row's record refers to before the row is written. */
export function lockedBefore(
  mapping: CompiledMapping,
  { crmValues }: Pick<PlanRow, 'crmValues'>,
): Readonly<Record<string, CrmValue>> {
  const known = lockFields(mapping).filter((field) => crmValues[field] !== undefined)
  return Object.fromEntries(known.map((field) => [field, crmValues[field] ?? null]))
}
