/** Which fields of a due row are considered, and what edits of the mapping make of what was confirmed. */
import type { CompiledField, CompiledMapping } from '../mapping/mapping.ts'
import { sameValue } from '../mapping/same-value.ts'
import type { CrmRecord } from './crm-record.ts'
import { isWithheld } from './judge-field.ts'
import { withheldBut } from './link-doubt.ts'
import type { BaselineRow, DueRow } from './plan-row.ts'

/** What edits of the mapping mean for rows, by the version that their baseline carries. */
export interface MappingEdits {
  /** Fields that a change of the mapping touched. */
  readonly touched: ReadonlyMap<number, ReadonlySet<string>>
  /** Of these, the fields that were not mapped for a while. */
  readonly unmapped: ReadonlyMap<number, ReadonlySet<string>>
}

/** A field is due when one of its inputs changed, its mapping did, or the record starts anew. */
export function isDue(
  compiled: CompiledField,
  due: DueRow,
  { mapping, touched }: Pick<MappingEdits, 'touched'> & { readonly mapping: CompiledMapping },
): boolean {
  const { baseline } = due
  if (baseline === null || baseline.presence !== 'present') return true
  if (touched.get(baseline.mappingVersion)?.has(compiled.field.name) === true) return true
  if (baseline.reopened) return isReopened(compiled, baseline, due, mapping)
  return compiled.column !== null && due.changed[compiled.column] === true
}

/**
 * A reopened record is written again where its fields' policy is `ours`, and looked at again where a
 * field was withheld; a value that the policy leaves to the CRM stays. A match value that we took away ourselves is
 * owed, also where the model has gone back to what it was.
 */
function isReopened(
  { field, mapping, column }: CompiledField,
  baseline: BaselineRow,
  due: DueRow,
  { match }: CompiledMapping,
): boolean {
  if (mapping.conflict === 'ours' || field.name in baseline.withheld) return true
  if (baseline.released !== null && match?.field.name === field.name) return true
  return column !== null && due.changed[column] === true
}

/**
 * The baseline without its word that a field's value is ours, where the field was not mapped for a while and the record
 * holds another one since: it may be a person's, and a null must not take it away.
 */
export function sinceMapped(
  baseline: BaselineRow | null,
  { values }: CrmRecord,
  { mapping, unmapped }: Pick<MappingEdits, 'unmapped'> & { readonly mapping: CompiledMapping },
): BaselineRow | null {
  const names = baseline === null ? undefined : unmapped.get(baseline.mappingVersion)
  if (baseline === null || names === undefined) return baseline
  const { crmValues } = baseline
  const changed = mapping.fields.filter(
    ({ field }) =>
      names.has(field.name) &&
      !sameValue(field, values[field.name] ?? null, crmValues[field.name] ?? null),
  )
  const left = changed.flatMap(({ field: { name } }) =>
    isWithheld(baseline, name) ? [] : [[name, 'skipped'] as const],
  )
  const withheld = { ...baseline.withheld, ...Object.fromEntries(left) }
  return { ...baseline, withheld: withheldBut(withheld, crmValues) }
}
