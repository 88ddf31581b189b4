/**
 * Which fields of a record are known. A field that no change told of has no value, as one has that is known to be empty, and is
 * another thing all the same (promise 5): what a read tells of it for the first time is no change of the record. So a letter for
 * each column stands behind the marks of a version, in the order of the tables: `1` where some change told of it, `0` where none did.
 * There is none for a column that was added after the version was written.
 */
import type { Dialect } from '../../sql/dialect.ts'
import type { FoldedField } from './folded-field.ts'
import { markNames } from '../log/marks.ts'
import { wrapNative } from '../log/wrapped.ts'

const lettersInRow = 32

/** The letters of columns that hold wrapped values under their own names; not null. */
export function knownLetters(dialect: Dialect, fields: readonly FoldedField[]): string {
  if (fields.length === 0) return `''`
  const names = fields.map(({ name }) => dialect.quote(name))
  const each = names.map((name) => `case when ${name} is null then '0' else '1' end`)
  // Hundreds in one row would be nested deeper than a warehouse reads.
  const rows = Array.from({ length: Math.ceil(each.length / lettersInRow) }, (_, row) =>
    dialect.concat(each.slice(row * lettersInRow, (row + 1) * lettersInRow)),
  )
  // Nearly every record is known wholly, and then no text is put together.
  const isWhole = names.map((name) => `${name} is not null`).join(' and ')
  return `case when ${isWhole} then ${allKnown(fields)} else ${dialect.concat(rows)} end`
}

/** Whether the letters behind the marks tell of every column that it is known; null for no marks. */
export function isWhollyKnown(marks: string, fields: readonly FoldedField[]): string {
  return `${lettersIn(marks)} = ${allKnown(fields)}`
}

/** The letters behind the marks. */
export function lettersIn(marks: string): string {
  return `substr(${marks}, ${markNames.length + 1})`
}

/** A column's letter behind the marks; an empty text where it has none. All columns of a field have that of its first. */
export function letterOf(
  marks: string,
  fields: readonly FoldedField[],
  { name, field }: FoldedField,
): string {
  const place = fields.findIndex((one) =>
    field === undefined ? one.name === name : one.field === field,
  )
  return `substr(${marks}, ${markNames.length + place + 1}, 1)`
}

/** Whether no change told of a column with that native value, by its letter; null for no marks. */
export function isUnknown(value: string, letter: string): string {
  return `(${value} is null and ${letter} <> '1')`
}

/** What a version knew of a column at its beginning, wrapped: a value that came later is not part of it. */
export function knownFromBeginning(
  dialect: Dialect,
  field: FoldedField,
  letter: string,
  version: string,
): string {
  const value = `${version}.${dialect.quote(field.name)}`
  const wrapped = wrapNative(dialect, value, field)
  return `case when ${letter} = '1' or (${letter} = '' and ${value} is not null) then ${wrapped} end`
}

/** What a version came to know of a column after its beginning, wrapped; `letters` are the one of its beginning and the last one. */
export function knownSince(
  dialect: Dialect,
  field: FoldedField,
  letters: string,
  version: string,
): string {
  const wrapped = wrapNative(dialect, `${version}.${dialect.quote(field.name)}`, field)
  return `case when ${letters} = '01' then ${wrapped} end`
}

function allKnown(fields: readonly FoldedField[]): string {
  return `'${'1'.repeat(fields.length)}'`
}
