/**
 * Values travel between warehouse and CRM as canonical text plus kind, never through a double
 * (promise 5). `null` is SQL's null; a column that is absent is absent; `''` is an empty text.
 */

/**
 * What a model column can be. Canonical text of each kind:
 *
 * - `text`: itself
 * - `integer`: `-?[0-9]+`, any size
 * - `decimal`: `-?[0-9]+(\.[0-9]+)?`, with the column's scale
 * - `double`: the shortest text that reads back as the same double; `NaN`, `Infinity`, `-Infinity`
 * - `boolean`: `true` | `false`
 * - `date`: `YYYY-MM-DD`
 * - `timestamp`: `YYYY-MM-DDTHH:MM:SS.ffffff`, no zone
 * - `timestamp_tz`: `YYYY-MM-DDTHH:MM:SS.ffffffZ`, an instant
 * - `json`: JSON text as the warehouse holds it
 * - `text_array`: JSON array of texts and nulls
 * - `unsupported`: anything else; mapping such a column is refused by name
 */
export const valueKinds = [
  'text',
  'integer',
  'decimal',
  'double',
  'boolean',
  'date',
  'timestamp',
  'timestamp_tz',
  'json',
  'text_array',
  'unsupported',
] as const
export type ValueKind = (typeof valueKinds)[number]

/** One column of a model or working table. */
export interface Column {
  readonly name: string
  readonly kind: ValueKind
  /** The warehouse's own type, e.g. `DECIMAL(38,9)`: what a working table declares. */
  readonly nativeType: string
  /** Digits after the point, for `decimal`. */
  readonly scale?: number
}

/** A row as canonical texts, in the order of the statement's columns. */
export type Row = readonly (string | null)[]
