/**
 * Which columns a field has, chosen once and never changed: a label that is renamed in the CRM breaks nobody. A kind
 * of value that none of them can hold gets a column of its own, `<name>__<kind>`; nothing is altered or dropped.
 */
import type { KnownValue } from '../../model/change.ts'
import type { ListElements } from '../../model/field.ts'
import type { Column } from '../../model/value.ts'
import type { Dialect } from '../sql/dialect.ts'
import { fit } from '../sql/names.ts'
import { columnName } from './column-name.ts'
import { presets } from './presets.ts'

export interface Pin extends Column {
  readonly field: string
  /** What people called the field when its column was chosen. */
  readonly label: string
}

/** As much of a field's metadata as decides its column. */
export interface PinnableField {
  readonly name: string
  readonly label: string
  readonly kind: KnownValue['kind']
  /** What lists of the field are made of. */
  readonly elements?: ListElements
}

/** The name of the column with the record's id. */
export const keyColumnName = 'id'

/** The pins that are missing for these fields, in their order. */
export function missingPins(
  dialect: Dialect,
  pinned: readonly Pin[],
  fields: readonly PinnableField[],
): readonly Pin[] {
  const all = [...pinned]
  for (const field of fields) {
    const own = all.filter((pin) => pin.field === field.name)
    if (own.some((pin) => holds(pin.kind, field.kind))) continue
    all.push(pinFor(dialect, all, field, own))
  }
  return all.slice(pinned.length)
}

/** The pins that values need which fit into no column of their field. */
export function pinsForHomeless(
  dialect: Dialect,
  pinned: readonly Pin[],
  homeless: ReadonlyMap<string, KnownValue>,
): readonly Pin[] {
  const all = [...pinned]
  for (const [name, { kind }] of homeless) {
    const own = all.filter((pin) => pin.field === name)
    // What overflows a column of its own kind goes where everything fits.
    const wanted = own.some((pin) => pin.kind === kind) ? 'json' : kind
    all.push(pinFor(dialect, all, { name, label: own[0]?.label ?? name, kind: wanted }, own))
  }
  return all.slice(pinned.length)
}

/** By field, its first choice first: what `placeFields` takes. */
export function pinsByField(pinned: readonly Pin[]): ReadonlyMap<string, readonly Pin[]> {
  return Map.groupBy(pinned, ({ field }) => field)
}

/** Whether every usual value of a kind fits into a column of another. */
export function holds(column: Column['kind'], kind: KnownValue['kind']): boolean {
  return column === kind || column === 'json' || (column === 'decimal' && kind === 'integer')
}

function pinFor(
  dialect: Dialect,
  taken: readonly Pin[],
  field: PinnableField,
  [first]: readonly Pin[],
): Pin {
  const wanted = first === undefined ? columnName(field) : typedName(first.name, field.kind)
  return pinNamed(dialect, taken, field, wanted)
}

/** Of the column for values of a kind that the column with that name can't hold. */
export function typedName(name: string, kind: KnownValue['kind']): string {
  return `${name}__${kind}`
}

/** A column for usual values of the field's kind, by that name or one like it that is free. */
export function pinNamed(
  dialect: Dialect,
  taken: readonly Pin[],
  field: PinnableField,
  wanted: string,
): Pin {
  const nativeType = dialect.fieldTypes[field.kind]
  return {
    field: field.name,
    label: field.label,
    name: freeName(wanted, taken, dialect.maxIdentifierBytes),
    nativeType,
    ...dialect.kindOf(nativeType),
  }
}

/** Warehouses spell names alike that differ in case alone. */
function freeName(wanted: string, taken: readonly Pin[], maxBytes: number): string {
  const isTaken = (name: string): boolean =>
    isReserved(name) || taken.some((pin) => pin.name.toLowerCase() === name.toLowerCase())
  const candidate = (number: number): string =>
    fit(number === 1 ? wanted : `${wanted}_${number}`, maxBytes)
  let number = 1
  while (isTaken(candidate(number))) number += 1
  return candidate(number)
}

/** Whether no field can have a column of this name. */
export function isReserved(name: string): boolean {
  return reserved.has(name.toLowerCase())
}

/** Ours, whatever preset is chosen now or later; those of our own making begin with an underscore. */
const reserved: ReadonlySet<string> = new Set([
  keyColumnName,
  ...Object.values(presets).flatMap(({ columns }) => Object.keys(columns)),
])
