/**
 * A sync's mapping joined with the CRM's metadata and the model's columns: from here on every name
 * is known to exist.
 */
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { AssociationMapping, FieldMapping, PushSync } from '../../model/sync.ts'
import type { Column, ValueKind } from '../../model/value.ts'
import { associationFieldMapping } from './association.ts'
import { coerce } from './coerce.ts'
import { columnMapping } from './column-mapping.ts'
import { lookUpName, type ReferenceNames, referenceNames } from './lookup.ts'
import type { Normalise } from './normal-form.ts'
import { maskMessage } from './sensitive.ts'

/** Another record that a value leads to, found by a unique field of its object. */
export interface Target {
  readonly object: string
  readonly field: string
  /** What becomes of a row whose target does not exist. */
  readonly ifMissing: AssociationMapping['ifMissing']
}

export interface CompiledField {
  readonly mapping: FieldMapping
  readonly field: Field
  /** Position among the mapping's columns; null for a constant. */
  readonly column: number | null
  /** The value is the id of this record; null: the value is the field's own. */
  readonly target: Target | null
  /** The field is an association, written apart from the record; null for a real field. */
  readonly association: AssociationMapping | null
}

export interface CompiledMapping {
  /** The CRM's own id or name of the object that the fields are of. */
  readonly object: string
  /** Columns that the mapping reads, each once: the model's, or what its transform gives. */
  readonly columns: readonly Column[]
  readonly fields: readonly CompiledField[]
  /** The field that finds records, among `fields`; null when the sync matches nothing. */
  readonly match: CompiledField | null
  /** What tells whether a create arrived; null for a sync that never creates. */
  readonly identity: Identity | null
  readonly normalise: Normalise
  /** What a name may mean, for fields with a lookup: field → name → entries. */
  readonly references: ReadonlyMap<string, ReferenceNames>
}

/**
 * The field that the CRM enforces as unique and finds consistently, which every create carries
 * (promise 4): the match field, or else our own (`syncline_key`) with a value made from the row's key.
 */
export interface Identity {
  readonly field: Field
  /** Makes the value from the key; null: the match field's own value. */
  readonly valueOf: ((key: string) => string) | null
}

/** `ownKey` is the name of the CRM's field for syncs that have no unique field of their own, and its values begin with `keyName`. */
export function identityOf(
  sync: PushSync,
  fields: ReadonlyMap<string, Field>,
  ownKey: string,
  keyName: string = sync.name,
): Identity | null {
  const match = sync.match === null ? undefined : fields.get(sync.match.field)
  if (match !== undefined && match.unique && match.lookup) return { field: match, valueOf: null }
  const own = fields.get(ownKey)
  if (own === undefined || !own.unique || !own.lookup || !own.writable) return null
  return { field: own, valueOf: (key) => `${keyName}:${key}` }
}

/** By what records are found, and told apart where two projects use the same keys of our own. */
export interface Matching {
  /** The field that the sync finds records by; null when it matches nothing. */
  readonly match: Field | null
  /** The field that finds a created record: the match field, or a key of our own. */
  readonly identity: Field | null
  readonly normalise: Normalise
}

export function matchingOf({ match, identity, normalise }: CompiledMapping): Matching {
  return { match: match?.field ?? null, identity: identity?.field ?? null, normalise }
}

/** What is known of an object's fields, as far as comparing values needs it. */
export interface FieldKnowledge extends Matching {
  readonly fields: ReadonlyMap<string, Field>
}

export function fieldKnowledge(mapping: CompiledMapping): FieldKnowledge {
  const matching = matchingOf(mapping)
  const fields = recordFields(mapping).map(({ field }) => field)
  if (matching.identity !== null) fields.push(matching.identity)
  return { ...matching, fields: new Map(fields.map((field) => [field.name, field])) }
}

/** The fields of the record itself, without associations. */
export function recordFields(mapping: CompiledMapping): readonly CompiledField[] {
  return mapping.fields.filter((compiled) => compiled.association === null)
}

export interface MappingProblem {
  readonly code:
    | 'unknown_field'
    | 'read_only'
    | 'create_only'
    | 'unknown_column'
    | 'unsupported_column'
    | 'mistyped'
    | 'constant'
  readonly field: string
  /** What was named; of a constant, what is wrong with it. */
  readonly name: string
  /** Names that exist in its place. */
  readonly candidates: readonly string[]
}

/** All that a sync maps: its fields, the match field, which every create carries, and associations. */
export function fieldMappings(sync: PushSync): readonly FieldMapping[] {
  return [...recordFieldMappings(sync), ...sync.associations.map(associationFieldMapping)]
}

export function recordFieldMappings(sync: PushSync): readonly FieldMapping[] {
  if (sync.match === null || sync.fields.some((mapping) => mapping.field === sync.match?.field)) {
    return sync.fields
  }
  return [columnMapping(sync.match.field, sync.match.column), ...sync.fields]
}

/** Names of the model columns that the mapping reads, in order of first use. */
export function mappedColumns(sync: PushSync): readonly string[] {
  const names = fieldMappings(sync).flatMap(({ source }) =>
    source.from === 'column' ? [source.column] : [],
  )
  return [...new Set(names)]
}

/**
 * The columns that the mapping is compiled against. A transform may give any column of any kind, so
 * behind one they are those that are named, and each value tells its own kind (`mapRow`).
 */
export function mappingColumns(sync: PushSync, columns: readonly Column[]): readonly Column[] {
  if (sync.transform === null) return columns
  return mappedColumns(sync).map(
    (name) =>
      columns.find((column) => column.name === name) ?? { name, kind: 'text', nativeType: '' },
  )
}

export type MappedRow =
  | { readonly ok: true; readonly values: Readonly<Record<string, CrmValue>> }
  | { readonly ok: false; readonly reason: string; readonly message: string }

/**
 * All of a row's fields as the CRM should hold them, or why the row can't be sent. `kinds` are those
 * of the values where they differ from their columns'.
 */
export function mapRow(
  values: readonly (string | null)[],
  mapping: CompiledMapping,
  kinds: readonly ValueKind[] = mapping.columns.map((column) => column.kind),
): MappedRow {
  const mapped: Record<string, CrmValue> = {}
  for (const compiled of mapping.fields) {
    const result = mapField(values, kinds, compiled, mapping)
    if (!result.ok) {
      const own = { [compiled.field.name]: sourceText(values, compiled) }
      return { ...result, message: maskMessage(result.message, own, mapping) }
    }
    mapped[compiled.field.name] = result.value
  }
  return { ok: true, values: mapped }
}

function mapField(
  values: readonly (string | null)[],
  kinds: readonly ValueKind[],
  compiled: CompiledField,
  mapping: CompiledMapping,
): ReturnType<typeof coerce> {
  const { field, column } = compiled
  const text = sourceText(values, compiled)
  // The text names the target; its id is found when the CRM is looked at.
  if (compiled.target !== null) return { ok: true, value: text === '' ? null : text }
  if (compiled.mapping.lookup !== null) {
    return resolveReference(text, compiled, mapping, (list) => {
      const parent = mapping.fields.find((other) => other.field.references === list)
      if (parent === undefined || parent === compiled) return undefined
      const value = mapField(values, kinds, parent, mapping)
      return value.ok ? value.value : undefined
    })
  }
  const kind = column === null ? 'text' : (kinds[column] ?? 'unsupported')
  return coerce(text, kind, field, { timeZone: compiled.mapping.timeZone })
}

function sourceText(values: readonly (string | null)[], compiled: CompiledField): string | null {
  const { source } = compiled.mapping
  return source.from === 'constant' ? source.value : (values[compiled.column ?? -1] ?? null)
}

/** A list that was not asked for names nothing. */
const unread = referenceNames([])

function resolveReference(
  name: string | null,
  { field, mapping: { lookup, sensitive } }: CompiledField,
  mapping: CompiledMapping,
  valueIn: (list: string) => CrmValue | undefined,
): ReturnType<typeof coerce> {
  const names = mapping.references.get(field.name) ?? unread
  return lookUpName(name, { field: field.name, lookup: lookup ?? '', names, sensitive, valueIn })
}
