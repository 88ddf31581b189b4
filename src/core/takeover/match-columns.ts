/**
 * Which columns of a table that another tool wrote are which fields of the CRM: by the names that a tool derives from
 * a field's name or label, and by what a person says. A column that may be of two fields is of none until somebody says.
 */
import { fieldPattern, fitsPattern } from '../../model/name-pattern.ts'
import { nearest } from '../../model/nearest.ts'
import { type ValueKind, valueKinds, type Column } from '../../model/value.ts'
import { likelyNames } from '../history/columns/column-name.ts'
import type { Pin, PinnableField } from '../history/columns/pin.ts'
import { isReserved } from '../history/columns/choose-pins.ts'

/** What a person says of an object's columns. */
export interface ColumnChoices {
  /** Names of fields by those of columns. */
  readonly mapped: ReadonlyMap<string, string>
  /** Patterns of columns that are kept although the CRM has no such field any more. */
  readonly kept: readonly string[]
  /** Patterns of columns that are left out. */
  readonly ignored: readonly string[]
}

/** The same of several objects: patterns are `object.column`, with `*` for any part of either. */
export interface ColumnsSaid {
  readonly mapped: readonly {
    readonly object: string
    readonly column: string
    readonly field: string
  }[]
  readonly kept: readonly string[]
  readonly ignored: readonly string[]
}

export function choicesFor(object: string, { mapped, kept, ignored }: ColumnsSaid): ColumnChoices {
  const own = mapped.filter((one) => one.object === object)
  const columnsIn = (patterns: readonly string[]): readonly string[] =>
    patterns
      .map(fieldPattern)
      .filter((pattern) => fitsPattern(pattern.object, object))
      .map(({ field }) => field)
  return {
    mapped: new Map(own.map(({ column, field }) => [column, field])),
    kept: columnsIn(kept),
    ignored: columnsIn(ignored),
  }
}

export interface MatchInput {
  /** Of the other tool's table. */
  readonly columns: readonly Column[]
  /** The one among them that holds the records' ids. */
  readonly key: string
  /** Every field that the CRM tells of. */
  readonly fields: readonly PinnableField[]
  readonly pins: readonly Pin[]
  readonly choices: ColumnChoices
}

export interface MatchedColumn {
  readonly column: Column
  readonly field: PinnableField
}

export interface UnmatchedColumn {
  readonly column: string
  /** Names of the fields that it may be of; none where nothing is like it. */
  readonly candidates: readonly string[]
}

export interface MatchedColumns {
  /** In the order of the table. A field may have several columns, the first choice first. */
  readonly matched: readonly MatchedColumn[]
  readonly unmatched: readonly UnmatchedColumn[]
  /** What is wrong with the choices, as the rest of a sentence. */
  readonly wrong: readonly string[]
}

export function matchColumns(input: MatchInput): MatchedColumns {
  const { choices, columns, fields, key } = input
  const isIgnored = fitting(choices.ignored)
  const wanted = columns.filter(({ name }) => !isOfTool(name, key) && !isIgnored(name))
  const found = new Map<string, PinnableField>()
  const unmatched = new Map<string, readonly string[]>()
  for (const candidatesOf of ways(input)) {
    const taken = new Set([...found.values()].map(({ name }) => name))
    for (const column of wanted) {
      if (found.has(column.name) || unmatched.has(column.name)) continue
      const candidates = candidatesOf(column).filter(({ name }) => !taken.has(name))
      const [only, another] = candidates
      if (another !== undefined) {
        unmatched.set(
          column.name,
          candidates.map(({ name }) => name),
        )
      } else if (only !== undefined) found.set(column.name, only)
    }
  }
  for (const { name } of wanted) {
    const field = found.get(typedBase(name) ?? '')
    if (field !== undefined && !found.has(name)) found.set(name, field)
    if (!found.has(name) && !unmatched.has(name)) unmatched.set(name, [])
  }
  return {
    matched: wanted.flatMap((column) => {
      const field = found.get(column.name)
      return field === undefined ? [] : [{ column, field }]
    }),
    unmatched: [...unmatched].map(([column, candidates]) => ({ column, candidates })),
    wrong: wrongChoices(choices, columns, fields),
  }
}

type Way = (column: Column) => readonly PinnableField[]

/** Each is tried for the columns that those before it left, and among the fields that they left. */
function ways({ choices, fields, pins }: MatchInput): readonly Way[] {
  const byName = new Map(fields.map((field) => [field.name, field]))
  const isKept = fitting(choices.kept)
  const derived = [0, 1, 2, 3].map(
    (place): Way =>
      ({ name }) =>
        fields.filter((field) => same(likelyNames(field)[place] ?? '', name)),
  )
  return [
    ({ name }) => {
      const field = byName.get(choices.mapped.get(name) ?? '')
      return field === undefined ? [] : [field]
    },
    (column) => (isKept(column.name) ? goneField(column) : []),
    ({ name }) => {
      const pin = pins.find((one) => same(one.name, name))
      return pin === undefined ? [] : [byName.get(pin.field) ?? ofPin(pin)].flat()
    },
    ...derived,
  ]
}

/** A field that only the other tool's table knows goes by its column's name. */
function goneField({ name, kind }: Column): readonly PinnableField[] {
  return kind === 'unsupported' ? [] : [{ name, label: name, kind }]
}

function ofPin({ field, label, kind }: Pin): readonly PinnableField[] {
  return kind === 'unsupported' ? [] : [{ name: field, label, kind }]
}

/** The key, and what a tool writes of its own work, its version times included. */
function isOfTool(name: string, key: string): boolean {
  return name === key || name.startsWith('_') || isReserved(name)
}

const kinds: readonly ValueKind[] = valueKinds

/** `value` of `value__text`. */
function typedBase(name: string): string | null {
  const [, base, kind] = /^(.+)__([a-z_]+)$/.exec(name) ?? []
  return base !== undefined && kinds.some((one) => one === kind) ? base : null
}

function wrongChoices(
  { mapped }: ColumnChoices,
  columns: readonly Column[],
  fields: readonly PinnableField[],
): readonly string[] {
  const columnNames = columns.map(({ name }) => name)
  const fieldNames = fields.map(({ name }) => name)
  return [...mapped].flatMap(([column, field]) => {
    if (!columnNames.includes(column)) {
      return [`there is no column ${column}${hint(column, columnNames)}`]
    }
    if (fieldNames.includes(field)) return []
    return [`there is no field ${field}${hint(field, fieldNames)}`]
  })
}

function hint(name: string, names: readonly string[]): string {
  const meant = nearest(name, names)
  return meant === null ? '.' : `; did you mean ${meant}?`
}

function fitting(patterns: readonly string[]): (name: string) => boolean {
  return (name) => patterns.some((pattern) => fitsPattern(pattern, name))
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
