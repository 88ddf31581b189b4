/**
 * A read compared with what is known, in the warehouse: only a record that differs becomes a change, so that one that
 * did not change gets no version, and at no moment is there none. So does one of which the read tells what nobody told before: the
 * fold completes the version that stands. The change tells all that the read saw of the
 * record: what was the same as before has to hold, too, when something older arrives later (promise 3).
 *
 * A record that changed since it was read is left to its own change: what is known of it is newer than the read. So
 * is one that was read before the instant of its last change was over, if something of that instant is known.
 * A difference happened when the record says that it last changed; where something of that instant was known already,
 * and not only that there was something to know, the difference came about without the record's timestamp (calculated
 * fields, a lost last event of the same second), and its time is that of the read.
 */
import type { ChangeOrigin } from '../../../model/change.ts'
import type { Column } from '../../../model/value.ts'
import { readRank, unsettledRank } from '../../change/event-time.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import { instantLiteral } from '../fold/base.ts'
import { changeColumns, listed, logColumns, namesOf, readColumns } from '../columns/own-columns.ts'
import { exactly } from '../fold/exactly.ts'
import type { FoldedField } from '../fold/folded-field.ts'
import { isWhollyKnown, isUnknown, letterOf } from '../fold/known-fields.ts'
import { isInDoubt } from '../log/marks.ts'
import type { HistoryTables } from '../tables/tables.ts'
import { unwrapped } from '../log/wrapped.ts'
import { toldOfLeft } from './left-fields.ts'

export interface ComparedRead {
  readonly dialect: Dialect
  readonly tables: HistoryTables
  readonly fields: readonly FoldedField[]
  /** Tells this comparison from every other: what the changes' ids begin with. */
  readonly id: string
  readonly origin: ChangeOrigin
  /** Canonical instant. */
  readonly loadedAt: string
}

/** Fills the staging table with what differs, as changes; `isRepeated` where the read may have met a record more than once. */
export function stageDifferences(input: ComparedRead, isRepeated: boolean): Statement {
  const { dialect, tables, fields, id, origin, loadedAt } = input
  const { quote, literal } = dialect
  const own: Record<keyof typeof changeColumns, string> = {
    _change_id: dialect.concat([literal(`${id}:`), quote('_key')]),
    _key: quote('_key'),
    _op: quote('_op'),
    // What it does not mention is as it was known to be.
    _partial: `(${quote('_op')} = 'read' and not ${quote('_whole')})`,
    _event_at: quote('_event_at'),
    _shown_at: quote('_shown_at'),
    _rank: quote('_rank'),
    _sequence: '0',
    _observed_at: quote('_observed_at'),
    _merged_into: quote('_merged_into'),
    _origin: literal(origin),
    _loaded_at: instantLiteral(dialect, loadedAt),
  }
  const names = namesOf(changeColumns, logColumns(dialect, fields))
  const values = [...Object.values(own), ...fields.map(({ name }) => quote(name))]
  const text = `insert into ${tableReference(dialect, tables.staging)} (${listed(dialect, names, null)}) select ${values.join(', ')} from (${differences(input, isRepeated)}) as d where ${quote('_op')} <> 'read' or ${quote('_differs')} or ${quote('_informs')}`
  return statement(text)
}

/**
 * `[how, records, …records by field]` of what was staged: `created` was not known, `deleted` is known no more, `completed` differs in
 * nothing that was known, of `changed` the fields are counted.
 */
export function countDifferences({ dialect, tables, fields }: ComparedRead): Statement {
  const { quote, toText } = dialect
  const [how, partial] = [quote('_how'), quote('_partial')]
  const counts = fields.map((_, index) => toText(`count(${quote(differingColumn(index))})`))
  const told = `case when s.${quote('_op')} <> 'read' then 'deleted' when ${isOpen(dialect)} then 'changed' else 'created' end as ${how}`
  const differing = fields.map((field, index) => {
    const isDifferent = differs(dialect, fields, field, {
      read: `s.${quote(field.name)}`,
      known: `v.${quote(field.name)}`,
      marks: `v.${quote('_last_marks')}`,
    })
    return `case when s.${partial} and ${isDifferent} then 1 end as ${quote(differingColumn(index))}`
  })
  const each = `select ${[told, `s.${partial} as ${partial}`, ...differing].join(', ')} from ${tableReference(dialect, tables.staging)} as s left join ${tableReference(dialect, tables.latest)} as v on v.${quote('_key')} = s.${quote('_key')}`
  const isSame = fields.map((_, index) => `${quote(differingColumn(index))} is null`)
  const completed = [`${how} = 'changed'`, partial, ...isSame].join(' and ')
  const named = `select e.*, case when ${completed} then 'completed' else ${how} end as ${quote('_named')} from (${each}) as e`
  return statement(
    `select ${[quote('_named'), toText('count(*)'), ...counts].join(', ')} from (${named}) as t group by ${quote('_named')}`,
  )
}

/** `[open records, those among them that a whole read did not meet and that are not newer than it]`. */
export function countAbsent(input: ComparedRead, startedAt: string): Statement {
  const { dialect, tables } = input
  const open = `select count(*) from ${tableReference(dialect, tables.latest)} as v where ${isOpen(dialect)}`
  return statement(
    `select ${dialect.toText(`(${open})`)}, ${dialect.toText('count(*)')} from (${absentKeys(input, startedAt)}) as a`,
  )
}

/** `[key]` of the same, in order; the first `most`, or all for null. */
export function listAbsent(
  input: ComparedRead,
  startedAt: string,
  most: number | null = null,
): Statement {
  const key = input.dialect.quote('_key')
  const limit = most === null ? '' : ` limit ${most}`
  return statement(
    `select ${key} from (${absentKeys(input, startedAt)}) as a order by ${key}${limit}`,
  )
}

/** `[key]` of records that are known to be deleted and that a read shows as they were before that, in order. */
export function listReopened({ dialect, tables }: ComparedRead): Statement {
  const { quote } = dialect
  const [key, op] = [`v.${quote('_key')}`, `r.${quote('_op')}`]
  const isDeleted = `${knownAt(dialect)} is not null and not ${isOpen(dialect)} and not ${isInDoubt(dialect, 'v')}`
  return statement(
    `select distinct ${key} from ${tableReference(dialect, tables.read)} as r join ${tableReference(dialect, tables.latest)} as v on ${key} = r.${quote('_key')} where ${op} = 'read' and ${isDeleted} and ${knownAt(dialect)} <= r.${quote('_observed_at')} and not ${isExplained(dialect)} order by ${key}`,
  )
}

/** `[key]` of those among the keys that are in doubt, deleted ones included. */
export function stillInDoubt(
  { dialect, tables }: ComparedRead,
  keys: readonly string[],
): Statement {
  const { placeholder, quote } = dialect
  const key = `v.${quote('_key')}`
  const list = keys.map((_, index) => placeholder(index + 1)).join(', ')
  return {
    text: `select ${key} from ${tableReference(dialect, tables.latest)} as v where ${key} in (${list}) and ${isInDoubt(dialect, 'v')} order by ${key}`,
    parameters: keys,
  }
}

/** `[records]` that are in doubt, deleted ones included. */
export function countInDoubt(dialect: Dialect, { latest }: HistoryTables): Statement {
  const count = dialect.toText('count(*)')
  return statement(
    `select ${count} from ${tableReference(dialect, latest)} as v where ${isInDoubt(dialect, 'v')}`,
  )
}

function absentKeys({ dialect, tables }: ComparedRead, startedAt: string): string {
  const { quote } = dialect
  const key = quote('_key')
  return `select v.${key} as ${key} from ${tableReference(dialect, tables.latest)} as v where ${isOpen(dialect)} and ${knownAt(dialect)} < ${instantLiteral(dialect, startedAt)} and not exists (select 1 from ${tableReference(dialect, tables.read)} as r where r.${key} = v.${key})`
}

/** Each record that was read, with what was seen of it, and whether any of that is not as it is known. */
function differences(input: ComparedRead, isRepeated: boolean): string {
  const { dialect, fields } = input
  const { quote } = dialect
  const timed = (explained: string): string =>
    `case when ${quote('_is_explained')} then ${quote(explained)} else ${quote('_unexplained_at')} end as ${quote(explained)}`
  const besides = fields.map((field, index) => ({
    field,
    values: {
      read: quote(field.name),
      known: quote(knownColumn(index)),
      marks: quote('_last_marks'),
    },
  }))
  const differing = besides.map(({ field, values }) => differs(dialect, fields, field, values))
  const informing = besides.map(({ field, values }) => informs(fields, field, values))
  const columns = [
    listed(dialect, ['_key', '_op', '_observed_at', '_merged_into', '_whole'], null),
    timed('_event_at'),
    timed('_shown_at'),
    `case when ${quote('_is_explained')} then ${quote('_rank')} else ${readRank} end as ${quote('_rank')}`,
    ...fields.map(({ name }) => quote(name)),
    // Hundreds of values are not compared where the answer stands.
    `case when ${quote('_whole')} then 1 = 1 else (${['1 = 0', ...differing].join(' or ')}) end as ${quote('_differs')}`,
    `(not ${isWhollyKnown(quote('_last_marks'), fields)} and (${['1 = 0', ...informing].join(' or ')})) as ${quote('_informs')}`,
  ]
  return `select ${columns.join(', ')} from (${besideKnown(input, isRepeated)}) as m`
}

/** What was read of a column, wrapped; what is known of it; and the last marks of the record. */
interface ComparedValues {
  readonly read: string
  readonly known: string
  readonly marks: string
}

/** Whether a value that was read is another than the known one; never null of an open record. What was not shown, or not known, does not differ. */
function differs(
  dialect: Dialect,
  fields: readonly FoldedField[],
  field: FoldedField,
  { read, known, marks }: ComparedValues,
): string {
  const value = exactly(dialect, unwrapped(dialect, read, field), field)
  const isOther = dialect.distinct(value, exactly(dialect, known, field))
  return `(${read} is not null and ${isOther} and not ${isUnknown(known, letterOf(marks, fields, field))})`
}

/**
 * Whether the read is the first to tell of a field. A field that came after everything that is known of the record has no value until
 * one is told: that it has none is no news, or each new field of a CRM would be a change of all its records.
 */
function informs(
  fields: readonly FoldedField[],
  field: FoldedField,
  { read, known, marks }: ComparedValues,
): string {
  const letter = letterOf(marks, fields, field)
  return `(${read} is not null and ${isUnknown(known, letter)} and (${letter} = '0' or ${read} <> ''))`
}

/** What was read and isn't older than what is known, beside that. */
function besideKnown({ dialect, tables, fields }: ComparedRead, isRepeated: boolean): string {
  const { quote } = dialect
  const [at, known] = [`r.${quote('_event_at')}`, knownAt(dialect)]
  const left = toldOfLeft(dialect, fields, { read: 'r', known: 'v' })
  const shown = namesOf(readColumns, logColumns(dialect, fields))
  const others = shown.filter((name) => name !== left?.column)
  const columns = [
    listed(dialect, others, 'r'),
    ...(left === null ? [] : [`${left.told} as ${quote(left.column)}`]),
    `${isExplained(dialect)} as ${quote('_is_explained')}`,
    `(not ${isOpen(dialect)} or ${isInDoubt(dialect, 'v')}) as ${quote('_whole')}`,
    `v.${quote('_last_marks')} as ${quote('_last_marks')}`,
    ...fields.map(({ name }, index) => `v.${quote(name)} as ${quote(knownColumn(index))}`),
  ]
  const conditions = [
    `(${known} is null or ${known} <= r.${quote('_observed_at')})`,
    // Nobody can say which of the two came first in an instant that may not have been over.
    `(r.${quote('_rank')} <> ${unsettledRank} or ${known} is null or ${at} > ${known})`,
    // What is closed is deleted once more where something was heard of it since.
    `(r.${quote('_op')} = 'read' or ${isOpen(dialect)} or ${isInDoubt(dialect, 'v')})`,
  ]
  const seen = isRepeated
    ? `(${lastSeen(dialect, tables, fields)})`
    : tableReference(dialect, tables.read)
  return `select ${columns.join(', ')} from ${seen} as r left join ${tableReference(dialect, tables.latest)} as v on v.${quote('_key')} = r.${quote('_key')} where ${conditions.join(' and ')}`
}

/**
 * Whether the record's own timestamp tells when it came to be as it was read: never null. An instant of which a webhook told
 * whole explains nothing more, however late in it the read sorts.
 */
function isExplained(dialect: Dialect): string {
  const { quote } = dialect
  const [at, shownAt, known] = [
    `r.${quote('_event_at')}`,
    `r.${quote('_shown_at')}`,
    knownAt(dialect),
  ]
  const asked = `(${isInDoubt(dialect, 'v')} and ${at} > ${known})`
  return `(${at} is not null and (${known} is null or ${shownAt} > ${known} or ${asked}))`
}

/** No field's column begins with an underscore. */
function knownColumn(index: number): string {
  return `_known_${index}`
}

/** Pages move while they are read, and show a record twice: what was seen last stands. */
function lastSeen(dialect: Dialect, tables: HistoryTables, fields: readonly Column[]): string {
  const { quote } = dialect
  const names = listed(dialect, namesOf(readColumns, logColumns(dialect, fields)), 'p')
  const place = `row_number() over (partition by p.${quote('_key')} order by p.${quote('_observed_at')} desc, p.${quote('_op')}) as ${quote('_place')}`
  return `select o.* from (select ${names}, ${place} from ${tableReference(dialect, tables.read)} as p) as o where o.${quote('_place')} = 1`
}

/** Whether there is an active version in the table of last versions, `v`: never null. */
export function isOpen({ quote }: Dialect): string {
  return `(v.${quote('_event_at')} is not null and v.${quote('_end')} is null)`
}

function differingColumn(index: number): string {
  return `_differs_${index}`
}

/** When the last thing happened that is known of a record; null of one that is not known. */
function knownAt({ quote }: Dialect): string {
  return `coalesce(v.${quote('_through')}, v.${quote('_end_event_at')}, v.${quote('_event_at')})`
}
