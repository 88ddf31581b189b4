/**
 * Columns of ours in the tables of a pulled object. They begin with an underscore, which no pinned name of a
 * field does, and the fields' columns follow them, so that a new field is a column at the end.
 */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../../sql/dialect.ts'

type ColumnType = keyof Dialect['types']
export type OwnColumns = Readonly<Record<string, ColumnType>>

export const changeColumns = {
  _change_id: 'text',
  _key: 'text',
  _op: 'text',
  _partial: 'boolean',
  _event_at: 'timestamp_tz',
  _shown_at: 'timestamp_tz',
  _rank: 'bigint',
  _sequence: 'bigint',
  _observed_at: 'timestamp_tz',
  _merged_into: 'text',
  _origin: 'text',
  _loaded_at: 'timestamp_tz',
} as const satisfies OwnColumns

/**
 * What a read found of a record. What differs from what is known happened at `_event_at`, where the record's own
 * timestamp explains it, with `_rank`, and else at `_unexplained_at`. `_op` is `read`, `delete` or `merge`.
 */
export const readColumns = {
  _key: 'text',
  _op: 'text',
  _event_at: 'timestamp_tz',
  _shown_at: 'timestamp_tz',
  _rank: 'bigint',
  _unexplained_at: 'timestamp_tz',
  _observed_at: 'timestamp_tz',
  _merged_into: 'text',
} as const satisfies OwnColumns

/**
 * A version: `_event_at` sorts it, `_start` and `_end` are what people are shown. `_closed` tells that the record
 * ended with it, and no other version followed. `_marks` is what the fold
 * knew at its beginning beside the values (marks.ts), and of which columns it knew (known-fields.ts).
 */
export const pastColumns = {
  _key: 'text',
  _event_at: 'timestamp_tz',
  _start: 'timestamp_tz',
  _end: 'timestamp_tz',
  _closed: 'boolean',
  _merged_into: 'text',
  _marks: 'text',
} as const satisfies OwnColumns

/**
 * The last version of a key, without values where it never had one; and what the fold knows after the last
 * change of the key, which happened at `_through`. That is null where the row doesn't tell all of it.
 */
export const latestColumns = {
  ...pastColumns,
  _end_event_at: 'timestamp_tz',
  _last_marks: 'text',
  _through: 'timestamp_tz',
} as const satisfies OwnColumns

/** A field's column as texts of the change log hold it: wrapped.ts. */
export function logColumns(dialect: Dialect, fields: readonly Column[]): readonly Column[] {
  return fields.map(({ name }) => ({ name, kind: 'text', nativeType: dialect.types.text }))
}

export function definitions(
  dialect: Dialect,
  own: OwnColumns,
  fields: readonly Column[],
): readonly string[] {
  return [
    ...Object.entries(own).map(([name, type]) => `${dialect.quote(name)} ${dialect.types[type]}`),
    ...fields.map(({ name, nativeType }) => `${dialect.quote(name)} ${nativeType}`),
  ]
}

/** `a.x, a.y`, in the order of the tables. */
export function listed(dialect: Dialect, names: readonly string[], alias: string | null): string {
  const prefix = alias === null ? '' : `${alias}.`
  return names.map((name) => `${prefix}${dialect.quote(name)}`).join(', ')
}

export function namesOf(own: OwnColumns, fields: readonly Column[]): readonly string[] {
  return [...Object.keys(own), ...fields.map(({ name }) => name)]
}
