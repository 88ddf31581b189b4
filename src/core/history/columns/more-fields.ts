/**
 * Fields that get no column of their own: a sender that uses ids as names of fields would make columns until the warehouse
 * takes no more. What the metadata doesn't foresee gets a column while there are few of those. All others stand in one
 * column, an object in JSON with a member for each, which is the JSON of its value as a text: so no warehouse writes it
 * anew. What a change tells of them is put into what was known before, member by member, as it is with columns.
 */
import type { KnownValue } from '../../../model/change.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import { jsonOf } from './fit.ts'
import type { Pin } from './pin.ts'

/** The field that stands for all of them. Its column is called `more_fields`. */
export const moreFields = '(more fields)'

/** Columns of one object for what its metadata does not foresee. */
export const mostUnforeseen = 200

/**
 * Columns of one object from which on no further one is made for a field that its metadata doesn't foresee. A read is compared in
 * a query with two columns for each, of which PostgreSQL takes 1,664.
 */
export const mostColumns = 800

type Fields = ReadonlyMap<string, KnownValue | null>

/** How many fields that are in no metadata may get a column; `foreseen` is null where the metadata is not known. */
export function roomFor(pins: readonly Pin[], foreseen: ReadonlySet<string> | null): number {
  // Once some have none, a record would tell of a field in either place.
  if (pins.some(({ field }) => field === moreFields)) return 0
  const left = mostColumns - pins.length
  if (foreseen === null) return Math.max(0, left)
  const unforeseen = pins.filter(({ field }) => !foreseen.has(field)).length
  return Math.max(0, Math.min(left, mostUnforeseen - unforeseen))
}

/** What changes tell, with those fields gathered into one that have no column and get none. */
export function gathering(pins: readonly Pin[], room: number): (fields: Fields) => Fields {
  const own = new Set(pins.map(({ field }) => field))
  const later = laterFields(pins)
  const isOther = (name: string): boolean => name === moreFields || (room === 0 && !own.has(name))
  return (fields) => {
    const others = [...fields].filter(([name]) => isOther(name))
    // The column tells of it from now on.
    const moved = [...fields.keys()].filter((name) => later.has(name))
    if (others.length + moved.length === 0) return fields
    const kept = [...fields].filter(([name]) => !isOther(name))
    const gone = moved.map((name) => [name, null] as const)
    return new Map([...kept, [moreFields, objectOf([...others, ...gone])]])
  }
}

/** Fields that have columns since their object has others that have none. */
export function laterFields(pins: readonly Partial<Pick<Pin, 'field'>>[]): ReadonlySet<string> {
  const place = pins.findIndex(({ field }) => field === moreFields)
  const fields = pins.map(({ field }) => field ?? '')
  const after = place === -1 ? [] : fields.slice(place + 1)
  return new Set(after).difference(new Set(fields.slice(0, place + 1)))
}

/** One text for equal fields, whatever their order. */
function objectOf(fields: readonly (readonly [string, KnownValue | null])[]): KnownValue {
  const sorted = fields.toSorted(([one], [other]) => (one < other ? -1 : 1))
  const members = sorted.map(([name, value]) => memberText(name, value))
  return { kind: 'json', text: `{${members.join(',')}}` }
}

/** A field as a member of the column, and its value. */
export function memberText(name: string, value: KnownValue | null): string {
  const text = value === null ? null : (jsonOf(value) ?? JSON.stringify(value.text))
  return `${memberName(name)}${JSON.stringify(text)}`
}

function memberName(field: string): string {
  return `${JSON.stringify(field)}:`
}

/**
 * Whether a change tells of a field in the column, `more`, though it were that the field is empty; null where it tells nothing there.
 * Behind `{` or `,` the name of a member stands nowhere else in the object, since within texts each quote has a backslash before it.
 */
export function hasMember({ literal }: Dialect, more: string, field: string): string {
  const begins = ['{', ','].map((sign) => literal(`${sign}${memberName(field)}`))
  return `(${begins.map((begin) => `replace(${more}, ${begin}, '') <> ${more}`).join(' or ')})`
}

/** `[changes]`: how many of the log tell in the column of one of the fields. */
export function countTelling(
  dialect: Dialect,
  changes: TableName,
  column: string,
  fields: readonly string[],
): Statement {
  const more = `l.${dialect.quote(column)}`
  const conditions = fields.map((field) => hasMember(dialect, more, field))
  return statement(
    `select ${dialect.toText('count(*)')} from ${tableReference(dialect, changes)} as l where ${conditions.join(' or ')}`,
  )
}
