/**
 * Which columns of the log a change fills. A field has one pinned column, and one more for each kind of value that
 * did not fit into those it had. A change that knows the field says something about all of them: its value stands
 * in one, and the others hold none.
 */
import type { KnownValue } from '../../../model/change.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { type FieldColumn, fit } from './fit.ts'
import type { ColumnTexts } from '../log/log-row.ts'
import { wrap } from '../log/wrapped.ts'

export interface PlacedFields {
  readonly texts: ColumnTexts
  /** Fields with a value that none of their columns can hold; these need a column first. */
  readonly homeless: ReadonlyMap<string, KnownValue>
}

interface Place {
  readonly column: FieldColumn
  /** Among all columns of fields. */
  readonly index: number
}

export interface FieldPlaces {
  /** Of each field, its first choice first. */
  readonly byField: ReadonlyMap<string, readonly Place[]>
  readonly columns: number
}

/** `pins` in the order in which they stand in the tables. */
export function placesOf(pins: readonly (FieldColumn & { readonly field: string })[]): FieldPlaces {
  const places = pins.map((column, index) => ({ column, index }))
  return { byField: Map.groupBy(places, ({ column }) => column.field), columns: pins.length }
}

export function placeFields(
  fields: ReadonlyMap<string, KnownValue | null>,
  { byField, columns }: FieldPlaces,
  dialect: Pick<Dialect, 'texts'>,
): PlacedFields {
  const texts = Array.from<string | null>({ length: columns }).fill(null)
  const homeless = new Map<string, KnownValue>()
  for (const [field, value] of fields) {
    const isPlaced = place(texts, value, byField.get(field) ?? [], dialect)
    if (value !== null && !isPlaced) homeless.set(field, value)
  }
  return { texts, homeless }
}

/** Puts the value into the first column that can hold it, and empties the others. Gives whether there is one. */
function place(
  texts: (string | null)[],
  value: KnownValue | null,
  places: readonly Place[],
  dialect: Pick<Dialect, 'texts'>,
): boolean {
  let isPlaced = false
  for (const { column, index } of places) {
    const text: string | null = value === null || isPlaced ? null : fit(value, column, dialect)
    texts[index] = wrap(text)
    isPlaced ||= text !== null
  }
  return isPlaced
}
