/**
 * From staging into the change log: each change once, by its id, however often it arrives. What is new is put
 * aside first, since the keys that it touches are those to fold. An id is one of its key and time: what a source
 * calls alike of two records is two changes, in one load as in two (promises 2 and 3).
 */
import type { Column } from '../../../model/value.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import { changeColumns, listed, logColumns, namesOf } from '../columns/own-columns.ts'
import { moreColumn } from '../fold/fold-more.ts'
import type { FoldedField } from '../fold/folded-field.ts'
import { isInDoubt } from '../log/marks.ts'
import { createScratch } from '../tables/scratch.ts'
import type { HistoryTables } from '../tables/tables.ts'

/**
 * How a touched key is folded: it was never met, and has one change (first-version.ts) or more; all is later than what
 * was met; or something is not.
 */
export const touchedKinds = ['first', 'new', 'next', 'late'] as const
export type TouchedKind = (typeof touchedKinds)[number]

/** Lists what of the staged changes the log has. */
export function findKnown(dialect: Dialect, tables: HistoryTables): Statement[] {
  const { staging, known } = tables
  return [
    ...readBy(dialect, staging, '_change_id'),
    ...createScratch(dialect, known, knownChanges(dialect, tables), '_change_id'),
  ]
}

/** `[number of staged changes that the log has, or that were staged more than once]` */
export function countCopies(dialect: Dialect, tables: HistoryTables): Statement {
  const { staging, known } = tables
  const alike = `select count(*) - 1 as copies from ${tableReference(dialect, staging)} as s group by ${listed(dialect, identity, 's')}`
  return statement(
    `select ${dialect.toText(`(select count(*) from ${tableReference(dialect, known)}) + (select coalesce(sum(copies), 0) from (${alike}) as a)`)}`,
  )
}

/**
 * The tables with what the log doesn't have under `fresh`. Where nothing is a copy that is the staging table itself: of a first
 * read that is every record, and copying them would take as long as it takes to append them to the log.
 */
export function withFresh(tables: HistoryTables, copies: number): HistoryTables {
  return copies === 0 ? { ...tables, fresh: tables.staging } : tables
}

/** Puts what is new aside, where it isn't all that was staged, and lists the keys that it touches. */
export function findTouched(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly FoldedField[],
): Statement[] {
  const { staging, fresh, touched } = tables
  const aside =
    fresh === staging
      ? readBy(dialect, fresh, '_key')
      : createScratch(dialect, fresh, freshChanges(dialect, tables, fields), '_key')
  return [
    ...aside,
    ...createScratch(dialect, touched, touchedKeys(dialect, tables, fields), '_key'),
  ]
}

function readBy(dialect: Dialect, table: TableName, column: string): Statement[] {
  return dialect
    .readByStatements(tableReference(dialect, table), column)
    .map((text) => statement(text))
}

/** `[kind, keys, changes]` of what is to be folded. */
export function touchedCounts(dialect: Dialect, tables: HistoryTables): Statement {
  const { quote, toText } = dialect
  return statement(
    `select ${quote('_kind')}, ${toText('count(*)')}, ${toText(`sum(${quote('_changes')})`)} from ${tableReference(dialect, tables.touched)} group by ${quote('_kind')}`,
  )
}

/** `[number of rows]` */
export function countRows(dialect: Dialect, table: TableName): Statement {
  return statement(`select ${dialect.toText('count(*)')} from ${tableReference(dialect, table)}`)
}

/** `[number of rows, number of keys]` of what was taken in. */
export function countTaken(dialect: Dialect, table: TableName): Statement {
  const counts = ['count(*)', `count(distinct ${dialect.quote('_key')})`].map(dialect.toText)
  return statement(`select ${counts.join(', ')} from ${tableReference(dialect, table)}`)
}

/** `[key]` of what arrived, be it for the first time or once more, and is in doubt. */
export function stagedInDoubt(dialect: Dialect, tables: HistoryTables): Statement {
  const { quote } = dialect
  const key = quote('_key')
  return statement(
    `select v.${key} from ${tableReference(dialect, tables.latest)} as v where ${isInDoubt(dialect, 'v')} and exists (select 1 from ${tableReference(dialect, tables.staging)} as s where s.${key} = v.${key}) order by v.${key}`,
  )
}

/** `[key]` of what is in doubt, deleted records included, the longest known first. */
export function listInDoubt(dialect: Dialect, tables: HistoryTables, most: number): Statement {
  const { quote } = dialect
  const key = `v.${quote('_key')}`
  return statement(
    `select ${key} from ${tableReference(dialect, tables.latest)} as v where ${isInDoubt(dialect, 'v')} order by v.${quote('_through')}, ${key} limit ${most}`,
  )
}

/** Appends what is new, in order of time, so that a part of the log covers a short time. */
export function appendFresh(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
): Statement {
  const columns = listed(dialect, namesOf(changeColumns, logColumns(dialect, fields)), null)
  return statement(
    `insert into ${tableReference(dialect, tables.changes)} (${columns}) select ${columns} from ${tableReference(dialect, tables.fresh)} order by ${dialect.quote('_event_at')}`,
  )
}

/** What is equal of two copies of one change. */
const identity = ['_event_at', '_key', '_change_id'] as const

function sameChange({ quote }: Dialect, one: string, other: string): string {
  return identity.map((name) => `${one}.${quote(name)} = ${other}.${quote(name)}`).join(' and ')
}

/** By the time as well, a warehouse skips the parts of the log that lie outside that of what arrived. */
function knownChanges(dialect: Dialect, tables: HistoryTables): string {
  const columns = listed(dialect, identity, 'l')
  return `select distinct ${columns} from ${tableReference(dialect, tables.changes)} as l join ${tableReference(dialect, tables.staging)} as s on ${sameChange(dialect, 'l', 's')}`
}

function freshChanges(dialect: Dialect, tables: HistoryTables, fields: readonly Column[]): string {
  const { quote } = dialect
  const columns = namesOf(changeColumns, logColumns(dialect, fields))
  const order = quote('_copy')
  const copies = `select ${listed(dialect, columns, 's')}, row_number() over (partition by ${listed(dialect, identity, 's')} order by s.${quote('_loaded_at')}, s.${quote('_origin')}) as ${order} from ${tableReference(dialect, tables.staging)} as s`
  return `select ${listed(dialect, columns, 'c')} from (${copies}) as c where c.${order} = 1 and not exists (select 1 from ${tableReference(dialect, tables.known)} as k where ${sameChange(dialect, 'k', 'c')})`
}

/** A key that was met before has a row in `latest`, whatever became of it. */
function touchedKeys(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly FoldedField[],
): string {
  const { quote } = dialect
  // What a change tells of fields without columns is not yet what a version holds of them.
  const alone = moreColumn(fields) === null ? 'first' : 'new'
  const [key, first, kind] = [quote('_key'), quote('_first_at'), quote('_kind')]
  const touched = `select f.${key} as ${key}, min(f.${quote('_event_at')}) as ${first}, count(*) as ${quote('_changes')} from ${tableReference(dialect, tables.fresh)} as f group by f.${key}`
  return `select t.${key} as ${key}, t.${first} as ${first}, t.${quote('_changes')} as ${quote('_changes')}, case when v.${key} is null and t.${quote('_changes')} = 1 then '${alone}' when v.${key} is null then 'new' when t.${first} > v.${quote('_through')} then 'next' else 'late' end as ${kind} from (${touched}) as t left join ${tableReference(dialect, tables.latest)} as v on v.${key} = t.${key}`
}
