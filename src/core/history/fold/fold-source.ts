/**
 * What the fold reads: changes, and for keys that it doesn't fold from their first change on, the version where
 * it begins, as if that were a change that knows everything.
 */
import type { Dialect } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import { instantLiteral } from './base.ts'
import { changeColumns, listed, logColumns, namesOf } from '../columns/own-columns.ts'
import type { FoldedField } from './folded-field.ts'
import { knownFromBeginning, knownSince, letterOf, lettersIn } from './known-fields.ts'
import { markNames, type Marks, marksIn, marksOfChange } from '../log/marks.ts'
import { hasMember, moreFields } from '../columns/more-fields.ts'
import type { HistoryTables } from '../tables/tables.ts'
import { wrapNative } from '../log/wrapped.ts'

/** Divides the keys, so that what is sorted at once fits into the warehouse's memory. */
export interface Slice {
  readonly number: number
  readonly of: number
}

/** Keys of the base, with the changes that wait to be appended to the log. */
export interface TouchedKeys {
  /** From when on the log is read, and past versions are replaced: of late keys alone, hence null where none is. */
  readonly lateFrom: string | null
  /**
   * What the versions know that the fold goes on from. A warehouse takes long to plan what is read of partly known ones, which
   * are few: what nobody needs is left out.
   */
  readonly versions: 'none' | 'whole' | 'partly known'
}

export interface FoldInput {
  readonly dialect: Dialect
  readonly tables: HistoryTables
  /** Of several columns of one field the one that was there first comes first. */
  readonly fields: readonly FoldedField[]
  readonly scope: 'all' | TouchedKeys
  readonly slice: Slice | null
}

/** By what changes of one key are sorted. The id comes last: no two changes are equal in all of it. */
export const sortColumns = [
  '_event_at',
  '_rank',
  '_sequence',
  '_observed_at',
  '_change_id',
] as const

/** Wrapped like a field's value: the survivor of a merge. */
export const survivor = '_merged_into'

/** When the change happened, if it tells of fields; an end of a record and a gap do not. */
export const toldAt = '_told_at'

/** `1` for a read, `0` for another change that tells of fields, null for one that tells of none. */
export const seen = '_seen'

/** The changes, by the names of `sortColumns`, marks and fields. */
export function foldSource(input: FoldInput): string {
  const { dialect, tables, scope } = input
  const { quote } = dialect
  if (scope === 'all') {
    const sliced = sliceOf(input, 'l')
    return `${ofChanges(input, 'l')} from ${tableReference(dialect, tables.changes)} as l${sliced === null ? '' : ` where ${sliced}`}`
  }
  const base = tableReference(dialect, tables.base)
  const conditions = [`l.${quote('_event_at')} > b.${quote('_from_at')}`, sliceOf(input, 'l')]
  const read = `${ofChanges(input, 'l')} from ${relevantChanges(input, scope)} as l join ${base} as b on b.${quote('_key')} = l.${quote('_key')} where ${all(conditions)}`
  return [read, ...ofVersions(input, base, scope)].join(' union all ')
}

/** Of keys that were never met, and of those whose news is all later than what was met, the log has nothing to add to the news. */
function relevantChanges(
  { dialect, tables, fields }: FoldInput,
  { lateFrom }: TouchedKeys,
): string {
  const fresh = tableReference(dialect, tables.fresh)
  if (lateFrom === null) return fresh
  const columns = listed(dialect, namesOf(changeColumns, logColumns(dialect, fields)), null)
  const log = `select ${columns} from ${tableReference(dialect, tables.changes)} where ${dialect.quote('_event_at')} >= ${instantLiteral(dialect, lateFrom)}`
  return `(${log} union all select ${columns} from ${fresh})`
}

/** What is known from versions, each as if it were changes. */
function ofVersions(input: FoldInput, base: string, { versions }: TouchedKeys): readonly string[] {
  const { quote } = input.dialect
  if (versions === 'none') return []
  const slice = sliceOf(input, 'b')
  const isVersion = `b.${quote('_event_at')} is not null`
  const goesOn = [`b.${quote('_last_marks')} is not null`, isVersion]
  const since = `${ofWhatFollowed(input)} from ${base} as b where ${all([...goesOn, slice])}`
  if (versions === 'whole') {
    return [`${ofWholeVersion(input)} from ${base} as b where ${all([isVersion, slice])}`, since]
  }
  const isCompleted = `${lettersIn(`b.${quote('_marks')}`)} <> ${lettersIn(`b.${quote('_last_marks')}`)}`
  const begun = withLetters(input, base, ['_marks'])
  const both = withLetters(input, base, ['_marks', '_last_marks'])
  return [
    `${ofVersion(input)} from (${begun}) as b where ${all([isVersion, slice])}`,
    `${ofCompletion(input)} from (${both}) as b where ${all([...goesOn, isCompleted, slice])}`,
    since,
  ]
}

function ofChanges({ dialect, fields }: FoldInput, alias: string): string {
  const { quote, literal } = dialect
  const op = `${alias}.${quote('_op')}`
  const columns = [
    listed(dialect, ['_key', '_shown_at', ...sortColumns], alias),
    ...marked(dialect, marksOfChange(dialect, alias)),
    `case when ${op} not in ('delete', 'merge', 'gap') then ${alias}.${quote('_event_at')} end as ${quote(toldAt)}`,
    `case when ${op} = 'read' then '1' when ${op} not in ('delete', 'merge', 'gap') then '0' end as ${quote(seen)}`,
    // The next life of a record has gone up in nobody.
    `case when ${op} = 'merge' then ${dialect.concat([literal('='), `${alias}.${quote(survivor)}`])} when ${op} in ('create', 'restore', 'read') then '' end as ${quote(survivor)}`,
    ...fields.map((field) => `${told(dialect, fields, field, alias)} as ${quote(field.name)}`),
  ]
  return `select ${columns.join(', ')}`
}

/**
 * What a change says of a column, wrapped. One that is older than the column says nothing there, and yet, where it knows the field,
 * that no value is in it: or whatever happened before it, told late, would be carried on (promise 3).
 */
function told(
  dialect: Dialect,
  fields: readonly FoldedField[],
  column: FoldedField,
  alias: string,
): string {
  const own = `${alias}.${dialect.quote(column.name)}`
  const elsewhere = toldElsewhere(dialect, fields, column, alias)
  if (elsewhere.length === 0) return own
  return `coalesce(${own}, case when ${elsewhere.join(' or ')} then '' end)`
}

/** Conditions under which a change tells the column's field in another column. */
function toldElsewhere(
  dialect: Dialect,
  fields: readonly FoldedField[],
  column: FoldedField,
  alias: string,
): readonly string[] {
  const { quote } = dialect
  const { field } = column
  if (field === undefined || field === moreFields) return []
  const first = fields.find((one) => one.field === field) ?? column
  const further = first === column ? [] : [`${alias}.${quote(first.name)} is not null`]
  // Before it had a column the field was among those that have none.
  const before = fields.slice(0, fields.indexOf(first)).filter((one) => one.field === moreFields)
  const among = before.map(({ name }) => hasMember(dialect, `${alias}.${quote(name)}`, field))
  return [...further, ...among]
}

/** The version at its own beginning, where that knew every column. */
function ofWholeVersion(input: FoldInput): string {
  const { dialect, fields } = input
  return atBeginning(
    input,
    fields.map((field) => wrapNative(dialect, `b.${dialect.quote(field.name)}`, field)),
  )
}

/** The version at its own beginning. */
function ofVersion(input: FoldInput): string {
  const { dialect, fields } = input
  return atBeginning(
    input,
    fields.map((field, index) => knownFromBeginning(dialect, field, letterAt(dialect, index), 'b')),
  )
}

/** Each version with the letters of each column in those marks: taken out where they are compared, they take long to plan. */
function withLetters(
  { dialect, fields }: FoldInput,
  base: string,
  marks: readonly string[],
): string {
  const { quote } = dialect
  const letters = fields.map((field, index) => {
    const each = marks.map((name) => letterOf(`v.${quote(name)}`, fields, field))
    return `${dialect.concat(each)} as ${quote(letterColumn(index))}`
  })
  return `select ${['v.*', ...letters].join(', ')} from ${base} as v`
}

/** No field's column begins with an underscore. */
function letterColumn(index: number): string {
  return `_letters_${index}`
}

function letterAt({ quote }: Dialect, index: number): string {
  return `b.${quote(letterColumn(index))}`
}

function atBeginning({ dialect, fields }: FoldInput, values: readonly string[]): string {
  const { quote } = dialect
  const at = `b.${quote('_event_at')}`
  const columns = [
    ...asChange(dialect, at, `b.${quote('_start')}`, -2),
    ...marked(dialect, marksIn(`b.${quote('_marks')}`)),
    `${at} as ${quote(toldAt)}`,
    `'0' as ${quote(seen)}`,
    `${noText(dialect)} as ${quote(survivor)}`,
    ...fields.map((field, index) => `${values[index]} as ${quote(field.name)}`),
  ]
  return `select ${columns.join(', ')}`
}

/**
 * What completed the version after its beginning. When it did so is forgotten and matters no more, as long as it was before
 * whatever ended the version, and so the first instant after its beginning will do.
 */
function ofCompletion({ dialect, fields }: FoldInput): string {
  const { quote } = dialect
  const at = dialect.justAfter(`b.${quote('_event_at')}`)
  const columns = [
    ...asChange(dialect, at, `b.${quote('_start')}`, -2),
    ...markNames.map((name) => `${noText(dialect)} as ${quote(name)}`),
    `${at} as ${quote(toldAt)}`,
    `'1' as ${quote(seen)}`,
    `${noText(dialect)} as ${quote(survivor)}`,
    ...fields.map(
      (field, index) =>
        `${knownSince(dialect, field, letterAt(dialect, index), 'b')} as ${quote(field.name)}`,
    ),
  ]
  return `select ${columns.join(', ')}`
}

/** What was met after its beginning: it may have been closed, and other marks may hold since. */
function ofWhatFollowed({ dialect, fields }: FoldInput): string {
  const { quote, literal } = dialect
  const [end, start] = [`b.${quote('_end')}`, `b.${quote('_start')}`]
  const at = `coalesce(b.${quote('_end_event_at')}, b.${quote('_from_at')})`
  const columns = [
    ...asChange(dialect, at, `coalesce(${end}, ${start})`, -1),
    ...marked(dialect, marksIn(`b.${quote('_last_marks')}`)),
    `cast(null as ${dialect.types.timestamp_tz}) as ${quote(toldAt)}`,
    `${noText(dialect)} as ${quote(seen)}`,
    `${dialect.concat([literal('='), `b.${quote('_merged_into')}`])} as ${quote(survivor)}`,
    ...fields.map(({ name }) => `${noText(dialect)} as ${quote(name)}`),
  ]
  return `select ${columns.join(', ')}`
}

function noText({ types }: Dialect): string {
  return `cast(null as ${types.text})`
}

function asChange(dialect: Dialect, at: string, shownAt: string, rank: number): readonly string[] {
  const { quote } = dialect
  return [
    `b.${quote('_key')} as ${quote('_key')}`,
    `${shownAt} as ${quote('_shown_at')}`,
    `${at} as ${quote('_event_at')}`,
    `${rank} as ${quote('_rank')}`,
    `0 as ${quote('_sequence')}`,
    `${at} as ${quote('_observed_at')}`,
    `'' as ${quote('_change_id')}`,
  ]
}

function marked({ quote }: Dialect, marks: Marks): readonly string[] {
  return markNames.map((name) => `${marks[name]} as ${quote(name)}`)
}

function sliceOf({ dialect, slice }: FoldInput, alias: string): string | null {
  if (slice === null) return null
  return `${dialect.bucket(`${alias}.${dialect.quote('_key')}`, slice.of)} = ${slice.number}`
}

function all(conditions: readonly (string | null)[]): string {
  return conditions.filter((one) => one !== null).join(' and ')
}
