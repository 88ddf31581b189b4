/**
 * A baseline row remembers the mapping it was considered under. What a field's mapping says is kept
 * as text per version, so that an edit makes exactly the touched fields due again.
 */
import type { FieldMapping } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'

/** Field name → what its mapping says, as canonical text. */
export type MappingFields = Readonly<Record<string, string>>

/**
 * `columns` are those the mapping reads: a column of another kind is another mapping. `transform`
 * stands for the row function's text (a digest of it): any value but a constant may come of it.
 */
export function mappingFields(
  mappings: readonly FieldMapping[],
  columns: readonly Column[],
  transform: string | null = null,
): MappingFields {
  const fields: Record<string, string> = {}
  for (const mapping of mappings) {
    const { source } = mapping
    const kind =
      source.from === 'column'
        ? (columns.find((column) => column.name === source.column)?.kind ?? null)
        : null
    const said = [source, kind, mapping.write, mapping.nulls, mapping.lookup, mapping.timeZone]
    const transformed = transform !== null && source.from === 'column' ? [transform] : []
    fields[mapping.field] = JSON.stringify([...said, ...transformed])
  }
  return fields
}

export interface KnownVersion {
  readonly version: number
  readonly fields: MappingFields
}

export interface VersionChange {
  /** The version for `current`: a known one, or the next. */
  readonly version: number
  readonly isNew: boolean
  /** Per older version, the fields that are new or say something else now. */
  readonly touched: ReadonlyMap<number, ReadonlySet<string>>
  /** Per older version, those of `current` that were not mapped in it, or in one since. */
  readonly unmapped: ReadonlyMap<number, ReadonlySet<string>>
}

export function compareVersions(
  current: MappingFields,
  known: readonly KnownVersion[],
): VersionChange {
  const touched = new Map<number, ReadonlySet<string>>()
  const unmapped = new Map<number, ReadonlySet<string>>()
  const newestFirst = known.toSorted((a, b) => b.version - a.version)
  const [newest] = newestFirst
  // What a mapping between a row's and the present one said otherwise was not considered meanwhile:
  // a field that comes back is as new as one that was never there.
  const differing = new Set<string>()
  const missing = new Set<string>()
  for (const { version, fields } of newestFirst) {
    for (const name of Object.keys(current)) {
      if (fields[name] !== current[name]) differing.add(name)
      if (fields[name] === undefined) missing.add(name)
    }
    if (differing.size > 0) touched.set(version, new Set(differing))
    if (missing.size > 0) unmapped.set(version, new Set(missing))
  }
  const isSame =
    newest !== undefined &&
    !touched.has(newest.version) &&
    Object.keys(newest.fields).length === Object.keys(current).length
  const version = isSame ? newest.version : (newest?.version ?? 0) + 1
  return { version, isNew: !isSame, touched, unmapped }
}

/**
 * Per known version, the fields of `current` that were not mapped or had their values from elsewhere:
 * whether those values changed since, nobody can tell.
 */
export function otherSources(
  current: MappingFields,
  known: readonly KnownVersion[],
): ReadonlyMap<number, ReadonlySet<string>> {
  return new Map(
    known.map(({ version, fields }) => {
      const names = Object.keys(current).filter(
        (name) => sourceOf(fields[name]) !== sourceOf(current[name]),
      )
      return [version, new Set(names)]
    }),
  )
}

/** Null of a field that is not mapped. */
function sourceOf(said: string | undefined): string | null {
  if (said === undefined) return null
  const [source]: readonly unknown[] = JSON.parse(said)
  return JSON.stringify(source)
}
