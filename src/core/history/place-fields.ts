/**
 * Which columns of the log a change fills. A field has one pinned column, and one more for each kind of value that
 * did not fit into those it had. A change that knows the field says something about all of them: its value stands
 * in one, and the others hold none.
 */
import type { KnownValue } from '../../model/change.ts'
import type { Dialect } from '../sql/dialect.ts'
import { type FieldColumn, fit } from './fit.ts'
import type { ColumnTexts } from './log-row.ts'

export interface PlacedFields {
  readonly texts: ColumnTexts
  /** Fields with a value that none of their columns can hold; these need a column first. */
  readonly homeless: ReadonlyMap<string, KnownValue>
}

/** `pinned` has the columns of each field, the first choice first. */
export function placeFields(
  fields: ReadonlyMap<string, KnownValue | null>,
  pinned: ReadonlyMap<string, readonly FieldColumn[]>,
  dialect: Pick<Dialect, 'texts'>,
): PlacedFields {
  const texts = new Map<string, string | null>()
  const homeless = new Map<string, KnownValue>()
  for (const [field, value] of fields) {
    const columns = pinned.get(field) ?? []
    const found = value === null ? null : firstFit(value, columns, dialect)
    if (value !== null && found === null) homeless.set(field, value)
    for (const { name } of columns) texts.set(name, found?.column === name ? found.text : null)
  }
  return { texts, homeless }
}

function firstFit(
  value: KnownValue,
  columns: readonly FieldColumn[],
  dialect: Pick<Dialect, 'texts'>,
): { readonly column: string; readonly text: string } | null {
  for (const column of columns) {
    const text = fit(value, column, dialect)
    if (text !== null) return { column: column.name, text }
  }
  return null
}
