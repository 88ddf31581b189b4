/** Joins a sync's mapping with the CRM's metadata and the model's columns, or lists what is wrong. */
import type { Field, ObjectSchema } from '../../model/field.ts'
import type { AssociationMapping, FieldMapping, PushSync } from '../../model/sync.ts'
import { type Column, type ValueKind, valueKinds } from '../../model/value.ts'
import { associationField, associationFieldMapping } from './association.ts'
import { coerce } from './coerce.ts'
import {
  type CompiledField,
  type CompiledMapping,
  identityOf,
  type MappingProblem,
  mappingColumns,
  recordFieldMappings,
} from './mapping.ts'
import type { Normalise } from './normal-form.ts'
import { maskMessage } from './sensitive.ts'
import { associationTarget, lookupTarget } from './targets.ts'

export interface CompileInput {
  readonly sync: PushSync
  readonly schema: ObjectSchema
  /** The model columns that the mapping reads. */
  readonly columns: readonly Column[]
  readonly normalise: Normalise
  readonly references: CompiledMapping['references']
  /** Lists that the CRM keeps (`owners`); other lookups lead to records of an object. */
  readonly lists: readonly string[]
  /** The field for syncs that have no unique field of their own. */
  readonly ownKey: string
  /** What the values of that begin with; the sync's name unless said. */
  readonly keyName?: string | undefined
}

export type Compiled =
  | { readonly ok: true; readonly mapping: CompiledMapping }
  | { readonly ok: false; readonly problems: readonly MappingProblem[] }

export function compileMapping(given: CompileInput): Compiled {
  const input = { ...given, columns: mappingColumns(given.sync, given.columns) }
  const problems: MappingProblem[] = []
  const fields: CompiledField[] = []
  for (const mapping of recordFieldMappings(input.sync)) {
    const compiled = compileField(mapping, input)
    if ('code' in compiled) problems.push(compiled)
    else fields.push(compiled)
  }
  fields.push(...input.sync.associations.map((each) => compileAssociation(each, input)))
  if (problems.length > 0) return { ok: false, problems }
  const match = fields.find(({ field }) => field.name === input.sync.match?.field) ?? null
  const { columns, keyName, normalise, ownKey, references } = input
  const identity = identityOf(input.sync, input.schema.fields, ownKey, keyName)
  const { object } = input.schema
  return { ok: true, mapping: { object, columns, fields, match, identity, normalise, references } }
}

/** Columns that the mapping names and the model lacks, or that hold what can't be mapped. */
export function columnProblems(
  names: readonly string[],
  available: readonly Column[],
): readonly MappingProblem[] {
  return names.flatMap((name): MappingProblem[] => {
    const column = available.find((candidate) => candidate.name === name)
    if (column === undefined) {
      const candidates = available.map((candidate) => candidate.name)
      return [{ code: 'unknown_column', field: name, name, candidates }]
    }
    if (column.kind !== 'unsupported') return []
    return [{ code: 'unsupported_column', field: name, name: column.nativeType, candidates: [] }]
  })
}

function compileField(
  mapping: FieldMapping,
  { sync, schema, columns, lists }: CompileInput,
): CompiledField | MappingProblem {
  const field = schema.fields.get(mapping.field)
  if (field === undefined) {
    const candidates = [...schema.fields.keys()]
    return { code: 'unknown_field', field: mapping.field, name: mapping.field, candidates }
  }
  if (!field.writable) {
    const candidates = field.parts ?? []
    return { code: 'read_only', field: mapping.field, name: mapping.field, candidates }
  }
  if (field.createOnly === true && sync.mode === 'update') {
    return { code: 'create_only', field: mapping.field, name: mapping.field, candidates: [] }
  }
  const { source } = mapping
  const target = lookupTarget(mapping, lists)
  if (source.from === 'constant') {
    const problem = mapping.lookup === null ? constantProblem(source.value, mapping, field) : null
    return problem ?? { mapping, field, column: null, target, association: null }
  }
  const column = columns.findIndex((candidate) => candidate.name === source.column)
  const kind = columns[column]?.kind ?? 'unsupported'
  if (sync.transform === null && mapping.lookup === null && !canHold(field, kind)) {
    return {
      code: 'mistyped',
      field: mapping.field,
      name: `${kind} → ${field.type}`,
      candidates: [],
    }
  }
  return { mapping, field, column, target, association: null }
}

/** A constant that does not fit fits in no row: it is told once, and not of each. */
function constantProblem(
  value: string | null,
  mapping: FieldMapping,
  field: Field,
): MappingProblem | null {
  const held = coerce(value, 'text', field, { timeZone: mapping.timeZone })
  if (held.ok) return null
  const name = maskMessage(held.message, { [field.name]: value }, { fields: [{ field, mapping }] })
  return { code: 'constant', field: mapping.field, name, candidates: [] }
}

function compileAssociation(
  association: AssociationMapping,
  { columns }: CompileInput,
): CompiledField {
  const { column } = association.match
  return {
    mapping: associationFieldMapping(association),
    field: associationField(association),
    column: columns.findIndex((candidate) => candidate.name === column),
    target: associationTarget(association),
    association,
  }
}

const textual = valueKinds.filter((kind) => kind !== 'unsupported')

/** Kinds that can be a value of each field type at all; each value is judged again by itself. */
const holdable: Readonly<Record<Field['type'], readonly ValueKind[]>> = {
  text: textual,
  number: ['text', 'integer', 'decimal', 'double'],
  integer: ['text', 'integer', 'decimal', 'double'],
  boolean: ['text', 'boolean'],
  date: ['text', 'date', 'timestamp', 'timestamp_tz'],
  datetime: ['text', 'timestamp', 'timestamp_tz'],
  time: ['text'],
  option: ['text', 'integer', 'boolean'],
  options: ['text', 'text_array', 'json', 'integer'],
  reference: ['text', 'integer'],
}

function canHold(field: Field, kind: ValueKind): boolean {
  return holdable[field.type].includes(kind)
}
