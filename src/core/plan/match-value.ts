/** Match values as the CRM tells them apart: by them records are found, collide, and wait for each other. */
import type { CrmValue, FieldChange } from '../../model/operation.ts'
import type { CompiledMapping } from '../mapping/mapping.ts'
import { matchKey } from '../mapping/normal-form.ts'

/** What must be unique among rows; null where the row has none. */
export function matchValue(
  values: Readonly<Record<string, CrmValue>>,
  { mapping }: { readonly mapping: CompiledMapping },
): string | null {
  const { match, normalise } = mapping
  if (match === null) return null
  const value = values[match.field.name] ?? null
  return value === null ? null : matchKey(normalise, match.field, value)
}

/** The match value that the record has and the changes take away. */
export function releasedValue(
  changes: Readonly<Record<string, FieldChange>>,
  { match, normalise }: CompiledMapping,
): string | null {
  const change = match === null ? undefined : changes[match.field.name]
  if (match === null || change === undefined) return null
  // What the look saw counts: a value that is gone from the record can't be waited for.
  const before = change.crm === undefined ? (change.sent ?? null) : change.crm
  return before === null || before === '' ? null : matchKey(normalise, match.field, before)
}
