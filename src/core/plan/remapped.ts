/** Which due rows are due by an edit of the mapping, and not by one of the model's values. */
import type { CompiledMapping } from '../mapping/mapping.ts'
import type { DueRow } from './plan-row.ts'

export interface RemappedCounts {
  /** Due rows with at least one such field. */
  readonly rows: number
  /** Rows by field. */
  readonly fields: Readonly<Record<string, number>>
}

/** What the present mapping says otherwise than older ones, by their versions. */
export interface MappedSince {
  /** Fields that are new or mapped otherwise. */
  readonly touched: ReadonlyMap<number, ReadonlySet<string>>
  /** Of these, the fields whose values come from elsewhere. */
  readonly otherSources: ReadonlyMap<number, ReadonlySet<string>>
}

export const noneRemapped: RemappedCounts = { rows: 0, fields: {} }

export function countRemapped(
  before: RemappedCounts,
  due: DueRow,
  mapping: Pick<CompiledMapping, 'fields'>,
  versions: MappedSince,
): RemappedCounts {
  const names = remappedFields(due, mapping, versions)
  if (names.length === 0) return before
  const fields = { ...before.fields }
  for (const name of names) fields[name] = (fields[name] ?? 0) + 1
  return { rows: before.rows + 1, fields }
}

/**
 * Fields that are due although the model says what it said: they are new, or mapped otherwise. A column
 * that the mapping did not read before differs from what nobody recorded, which is no news either.
 */
function remappedFields(
  { baseline, side, changed }: DueRow,
  { fields }: Pick<CompiledMapping, 'fields'>,
  { touched, otherSources }: MappedSince,
): readonly string[] {
  if (side !== 'both' || baseline === null) return []
  // All fields of such rows are due for reasons of their own.
  if (baseline.presence !== 'present' || baseline.reopened) return []
  const { mappingVersion } = baseline
  return fields.flatMap(({ field: { name }, column }) => {
    if (touched.get(mappingVersion)?.has(name) !== true) return []
    const isChanged = column !== null && changed[column] === true
    return isChanged && otherSources.get(mappingVersion)?.has(name) !== true ? [] : [name]
  })
}
