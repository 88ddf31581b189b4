/**
 * Which columns a field has, chosen once and never changed: a label that is renamed in the CRM breaks nobody. A kind
 * of value that none of them can hold gets a column of its own, `<name>__<kind>`; nothing is altered or dropped. What the
 * warehouse has no type for stands as JSON in a column of text, `<name>__json_text`.
 */
import type { KnownValue } from '../../../model/change.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { fit } from '../../sql/names.ts'
import { columnName } from './column-name.ts'
import { fit as fitValue } from './fit.ts'
import { moreFields } from './more-fields.ts'
import { holds, type Pin, type PinnableField } from './pin.ts'
import { presets } from './presets.ts'

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
    if (own.some((pin) => pin.isSource !== true && holds(pin.kind, field.kind))) continue
    all.push(pinFor(dialect, all, field, own))
  }
  return all.slice(pinned.length)
}

/**
 * The pins that values need which fit into no column of their field. Of fields that have no column yet the first `room` get
 * one; where there is room for none, other kinds of a field's values share one column, too.
 */
export function pinsForHomeless(
  dialect: Dialect,
  pinned: readonly Pin[],
  homeless: ReadonlyMap<string, KnownValue>,
  room = Number.POSITIVE_INFINITY,
): readonly Pin[] {
  const all = [...pinned]
  let left = room
  for (const [name, value] of homeless) {
    const own = all.filter((pin) => pin.field === name)
    if (own.length === 0 && name !== moreFields) {
      if (left === 0) continue
      left -= 1
    }
    const label = own[0]?.label ?? name
    // What overflows a column of its own kind goes where everything fits.
    const kinds = room === 0 ? (['json'] as const) : ([value.kind, 'json'] as const)
    const found = kinds
      .filter((kind) => !own.some((pin) => pin.isSource !== true && pin.kind === kind))
      .map((kind) => pinFor(dialect, all, { name, label, kind }, own))
      .find((pin) => own.length === 0 || fitValue(value, pin, dialect) !== null)
    all.push(found ?? sourcePin(dialect, all, { name, label, kind: value.kind }, own))
  }
  return all.slice(pinned.length)
}

/** No other column of ours is called so: labels become words with one underscore between them. */
const sourceSuffix = '__json_text'

export function isSourceName(name: string): boolean {
  return /__json_text(_\d+)?$/.test(name)
}

function sourcePin(
  dialect: Dialect,
  taken: readonly Pin[],
  field: PinnableField,
  own: readonly Pin[],
): Pin {
  const wanted = `${own[0]?.name ?? columnName(field)}${sourceSuffix}`
  return { ...pinNamed(dialect, taken, { ...field, kind: 'text' }, wanted), isSource: true }
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
