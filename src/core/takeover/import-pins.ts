/**
 * Columns of another tool's table, pinned by their names, so that what was built on them goes on working. A type that is
 * too narrow for all that the CRM may say becomes a wider one of its kind. A column of another kind is left
 * to the other tool's table, and the field gets one of the right type beside the name: nobody's query reads another kind of
 * value under a name that it knows (promise 5).
 */
import type { KnownValue } from '../../model/change.ts'
import type { Column } from '../../model/value.ts'
import type { Dialect } from '../sql/dialect.ts'
import { parseTypeName } from '../sql/dialects/type-name.ts'
import { holds, type Pin } from '../history/columns/pin.ts'
import { missingPins, pinNamed, typedName } from '../history/columns/choose-pins.ts'
import type { MatchedColumn } from './match-columns.ts'

/**
 * - `known`: pinned like this before.
 * - `kept`: name and type are those of the other tool.
 * - `widened`: the name is, and the type is one of the same kind that holds more.
 * - `joined`: name and type are, and values that this type does not hold exactly go to a further column.
 * - `retyped`: the type is of another kind; the field has a column of another name and type.
 */
export const importedWays = ['known', 'kept', 'widened', 'joined', 'retyped'] as const
export type ImportedWay = (typeof importedWays)[number]

export interface ImportedColumn {
  /** As the other tool has it. */
  readonly column: Column
  readonly field: string
  readonly how: ImportedWay
  /** The columns that the field has now. */
  readonly pins: readonly Pin[]
}

export interface ImportedPins {
  readonly columns: readonly ImportedColumn[]
  /** In the order in which they are to stand in the tables. */
  readonly added: readonly Pin[]
  /** Fields that are pinned to something else, as sentences. */
  readonly conflicts: readonly string[]
}

export function importPins(
  dialect: Dialect,
  pinned: readonly Pin[],
  matched: readonly MatchedColumn[],
): ImportedPins {
  const all = [...pinned]
  const columns: ImportedColumn[] = []
  const conflicts: string[] = []
  for (const one of matched) {
    const conflict = conflictOf(dialect, pinned, one)
    if (conflict !== null) {
      conflicts.push(conflict)
      continue
    }
    const { how, added } = pinsOf(dialect, all, one)
    all.push(...added)
    const field = one.field.name
    columns.push({
      column: one.column,
      field,
      how,
      pins: all.filter((pin) => pin.field === field),
    })
  }
  return { columns, added: all.slice(pinned.length), conflicts }
}

function pinsOf(
  dialect: Dialect,
  all: readonly Pin[],
  { column, field }: MatchedColumn,
): { readonly how: ImportedWay; readonly added: readonly Pin[] } {
  const [first, ...more] = all.filter((pin) => pin.field === field.name)
  if ([first, ...more].some((pin) => pin?.name === column.name)) return { how: 'known', added: [] }
  const kind = first !== undefined && isFurtherOf(first, column) ? null : field.kind
  const isLeft = first !== undefined && kind !== null
  if (isLeft || !isOfKind(column, kind)) {
    const wanted = typedName(column.name, field.kind)
    const added = first === undefined ? [pinNamed(dialect, all, field, wanted)] : []
    return { how: 'retyped', added }
  }
  const nativeType = roomyType(dialect, column, kind)
  const pin: Pin = {
    name: column.name,
    nativeType,
    ...dialect.kindOf(nativeType),
    field: field.name,
    label: field.label,
  }
  const further = missingPins(dialect, [...all, pin], [field])
  const added = [pin, ...further]
  if (nativeType !== column.nativeType) return { how: 'widened', added }
  return { how: further.length === 0 ? 'kept' : 'joined', added }
}

/** Whether the column holds what the first one of its field could not. */
function isFurtherOf(first: Pin, { name }: Column): boolean {
  return name.startsWith(`${first.name}__`)
}

/** `kind`: of the field; null for a further column of it, which holds what it holds. */
function isOfKind(column: Column, kind: KnownValue['kind'] | null): boolean {
  if (kind === null || holds(column.kind, kind)) return column.kind !== 'unsupported'
  // Most numbers are written with as many digits as a double keeps.
  return column.kind === 'double' && (kind === 'decimal' || kind === 'integer')
}

/** The column's own type where that is as wide as its kind, else the widest one: what fits into the kind can't overflow it. */
function roomyType(dialect: Dialect, column: Column, kind: KnownValue['kind'] | null): string {
  const { fieldTypes } = dialect
  if (column.kind === 'unsupported' || isRoomy(dialect, column)) return column.nativeType
  const widest = fieldTypes[column.kind]
  const [precision, scale = 0] = parseTypeName(widest).arguments
  if (column.kind !== 'decimal' || precision === undefined) return widest
  // No digit that the old type keeps is lost to the new one, and no integer gets any behind its point.
  const kept = kind === 'integer' ? (column.scale ?? 0) : Math.max(scale, column.scale ?? 0)
  return `${parseTypeName(widest).base}(${precision},${kept})`
}

/** Digits of the widest decimal, which is what values are measured by. */
const widestDecimal = 38

function isRoomy({ fieldTypes }: Dialect, { kind, nativeType }: Column): boolean {
  if (kind === 'unsupported') return false
  const [type, widest] = [parseTypeName(nativeType), parseTypeName(fieldTypes[kind])]
  if (type.array !== widest.array) return false
  if (type.base === widest.base && String(type.arguments) === String(widest.arguments)) return true
  if (kind === 'decimal') return type.arguments[0] === widestDecimal
  return unbounded[kind]?.includes(type.base) === true && type.arguments.length === 0
}

/** Other types that are as wide as ours. */
const unbounded: Partial<Record<Column['kind'], readonly string[]>> = {
  text: ['TEXT', 'VARCHAR', 'CHARACTER VARYING', 'STRING'],
  integer: ['HUGEINT', 'BIGNUM'],
}

/** A name that stands for another field, or a field that has another name or type. */
function conflictOf(
  dialect: Dialect,
  pinned: readonly Pin[],
  { column, field }: MatchedColumn,
): string | null {
  const named = pinned.find(({ name }) => name.toLowerCase() === column.name.toLowerCase())
  if (named !== undefined && named.field !== field.name) {
    return `${column.name} is the column of ${named.field}, not of ${field.name}`
  }
  const own = pinned.find((pin) => pin.field === field.name)
  if (named !== undefined) {
    const kind = own !== undefined && isFurtherOf(own, column) ? null : field.kind
    const types = [column.nativeType, roomyType(dialect, column, kind)]
    const isSame = named.name === column.name && types.includes(named.nativeType)
    return isSame
      ? null
      : `${field.name} has the column ${named.name} ${named.nativeType}, not ${column.name} ${column.nativeType}`
  }
  if (own === undefined || own.name.startsWith(`${column.name}__`)) return null
  return `${field.name} has the column ${own.name}, not ${column.name}`
}
