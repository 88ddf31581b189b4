/**
 * A sync's mapping joined with the CRM's metadata and the model's columns: from here on every name
 * is known to exist.
 */
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { FieldMapping, PushSync } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'
import { coerce } from './coerce.ts'

export interface CompiledField {
  readonly mapping: FieldMapping
  readonly field: Field
  /** Position among the mapping's columns; null for a constant. */
  readonly column: number | null
}

export interface CompiledMapping {
  /** Model columns that the mapping reads, each once. */
  readonly columns: readonly Column[]
  readonly fields: readonly CompiledField[]
  /** The field that finds records, among `fields`; null when the sync matches nothing. */
  readonly match: CompiledField | null
  /** The wire form that the CRM will hold for a field's text. */
  readonly normalise: (field: string, value: string) => string
  /** Ids by name for fields with a lookup: field → name → ids. */
  readonly references: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
}

/** What is known of an object's fields, as far as comparing values needs it. */
export interface FieldKnowledge {
  readonly fields: ReadonlyMap<string, Field>
  /** The field that finds records. */
  readonly match: Field | null
  readonly normalise: CompiledMapping['normalise']
}

export function fieldKnowledge(mapping: CompiledMapping): FieldKnowledge {
  return {
    fields: new Map(mapping.fields.map(({ field }) => [field.name, field])),
    match: mapping.match?.field ?? null,
    normalise: mapping.normalise,
  }
}

export interface MappingProblem {
  readonly code:
    | 'unknown_field'
    | 'read_only'
    | 'unknown_column'
    | 'unsupported_column'
    | 'mistyped'
  readonly field: string
  /** What was named. */
  readonly name: string
  /** Names that exist in its place. */
  readonly candidates: readonly string[]
}

/** All mappings of a sync: its fields, and the match field, which every create carries. */
export function fieldMappings(sync: PushSync): readonly FieldMapping[] {
  if (sync.match === null || sync.fields.some((mapping) => mapping.field === sync.match?.field)) {
    return sync.fields
  }
  const match: FieldMapping = {
    field: sync.match.field,
    source: { from: 'column', column: sync.match.column },
    write: 'always',
    nulls: 'transition',
    conflict: 'ours',
    lookup: null,
    timeZone: null,
    sensitive: false,
  }
  return [match, ...sync.fields]
}

/** Names of the model columns that the mapping reads, in order of first use. */
export function mappedColumns(sync: PushSync): readonly string[] {
  const names = fieldMappings(sync).flatMap(({ source }) =>
    source.from === 'column' ? [source.column] : [],
  )
  return [...new Set(names)]
}

export type MappedRow =
  | { readonly ok: true; readonly values: Readonly<Record<string, CrmValue>> }
  | { readonly ok: false; readonly reason: string; readonly message: string }

/** All of a row's fields as the CRM should hold them, or why the row can't be sent. */
export function mapRow(values: readonly (string | null)[], mapping: CompiledMapping): MappedRow {
  const mapped: Record<string, CrmValue> = {}
  for (const compiled of mapping.fields) {
    const result = mapField(values, compiled, mapping)
    if (!result.ok) return result
    mapped[compiled.field.name] = result.value
  }
  return { ok: true, values: mapped }
}

function mapField(
  values: readonly (string | null)[],
  compiled: CompiledField,
  mapping: CompiledMapping,
): ReturnType<typeof coerce> {
  const { field, column } = compiled
  const source = compiled.mapping.source
  const text = source.from === 'constant' ? source.value : (values[column ?? -1] ?? null)
  if (compiled.mapping.lookup !== null) return resolveReference(text, compiled, mapping)
  const kind = column === null ? 'text' : (mapping.columns[column]?.kind ?? 'unsupported')
  return coerce(text, kind, field, { timeZone: compiled.mapping.timeZone })
}

function resolveReference(
  name: string | null,
  { field, mapping: { lookup } }: CompiledField,
  mapping: CompiledMapping,
): ReturnType<typeof coerce> {
  if (name === null) return { ok: true, value: null }
  const ids = mapping.references.get(field.name)?.get(referenceName(name)) ?? []
  const [id] = ids
  if (ids.length === 1 && id !== undefined) return { ok: true, value: id }
  const shown = JSON.stringify(name)
  return ids.length === 0
    ? {
        ok: false,
        reason: 'lookup.unknown',
        message: `${field.name}: no ${lookup} is ${shown}`,
      }
    : {
        ok: false,
        reason: 'lookup.ambiguous',
        message: `${field.name}: several ${lookup} are ${shown}: ${ids.join(', ')}`,
      }
}

/** Names compare without case and outer blanks. */
export function referenceName(name: string): string {
  return name.trim().toLowerCase()
}
