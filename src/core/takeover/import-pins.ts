/**
 * Columns of another tool's table, pinned as they are, so that what was built on them goes on working. A column whose
 * type can't hold what the CRM says is left to the other tool's table, and the field gets one of the right type beside
 * the name: nobody's query reads another type under a name that it knows (promise 5).
 */
import type { KnownValue } from '../../model/change.ts'
import type { Column } from '../../model/value.ts'
import type { Dialect } from '../sql/dialect.ts'
import { parseTypeName } from '../sql/dialects/type-name.ts'
import { holds, missingPins, type Pin, pinNamed, typedName } from '../history/pin.ts'
import type { MatchedColumn } from './match-columns.ts'

/**
 * - `known`: pinned like this before.
 * - `kept`: name and type are those of the other tool.
 * - `joined`: so they are, and values that this type does not hold exactly go to a further column.
 * - `retyped`: the type holds none of the values; the field has a column of another name and type.
 */
export const importedWays = ['known', 'kept', 'joined', 'retyped'] as const
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
    const conflict = conflictOf(pinned, one)
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
  const isFurther = first !== undefined && column.name.startsWith(`${first.name}__`)
  const isLeft = first !== undefined && !isFurther
  if (isLeft || fitnessOf(dialect, column, isFurther ? null : field.kind) === 'none') {
    const wanted = typedName(column.name, field.kind)
    const added = first === undefined ? [pinNamed(dialect, all, field, wanted)] : []
    return { how: 'retyped', added }
  }
  const pin: Pin = {
    ...column,
    field: field.name,
    label: field.label,
  }
  const further = missingPins(dialect, [...all, pin], [field])
  return { how: further.length === 0 ? 'kept' : 'joined', added: [pin, ...further] }
}

/** `kind`: of the field; null for a further column of it, which holds what it holds. */
function fitnessOf(
  dialect: Dialect,
  column: Column,
  kind: KnownValue['kind'] | null,
): 'all' | 'some' | 'none' {
  if (!isRoomy(dialect, column)) return 'none'
  if (kind === null || holds(column.kind, kind)) return 'all'
  // Most numbers are written with as many digits as a double keeps.
  const isNumber = kind === 'decimal' || kind === 'integer'
  return column.kind === 'double' && isNumber ? 'some' : 'none'
}

/** Digits of the widest decimal, which is what values are measured by. */
const widestDecimal = 38

/** Whether a type is as wide as those of our own columns: what fits into its kind can't overflow it. */
function isRoomy({ fieldTypes }: Dialect, { kind, nativeType }: Column): boolean {
  if (kind === 'unsupported') return false
  const type = parseTypeName(nativeType)
  if (type.base === parseTypeName(fieldTypes[kind]).base && type.arguments.length === 0) return true
  if (kind === 'decimal') return type.arguments[0] === widestDecimal
  return kind === 'text' && unboundedTexts.includes(type.base) && type.arguments.length === 0
}

const unboundedTexts: readonly string[] = ['TEXT', 'VARCHAR', 'CHARACTER VARYING', 'STRING']

/** A name that stands for another field, or a field that has another name or type. */
function conflictOf(pinned: readonly Pin[], { column, field }: MatchedColumn): string | null {
  const named = pinned.find(({ name }) => name.toLowerCase() === column.name.toLowerCase())
  if (named !== undefined && named.field !== field.name) {
    return `${column.name} is the column of ${named.field}, not of ${field.name}`
  }
  if (named !== undefined) {
    const isSame = named.name === column.name && named.nativeType === column.nativeType
    return isSame
      ? null
      : `${field.name} has the column ${named.name} ${named.nativeType}, not ${column.name} ${column.nativeType}`
  }
  const [own] = pinned.filter((pin) => pin.field === field.name)
  if (own === undefined || own.name.startsWith(`${column.name}__`)) return null
  return `${field.name} has the column ${own.name}, not ${column.name}`
}
