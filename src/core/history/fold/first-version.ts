/**
 * Versions of keys that are met for the first time, by one change alone, as all are in the first read of an object:
 * what the fold would say of them needs no neighbour, and so neither a sort nor a look at the log.
 */
import type { Dialect } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import type { FoldedField } from './folded-field.ts'
import { knownLetters } from './known-fields.ts'
import { latestColumns, listed, namesOf } from '../columns/own-columns.ts'
import { isAlive, marksOfChange, marksText } from '../log/marks.ts'
import type { HistoryTables } from '../tables/tables.ts'
import { unwrapped } from '../log/wrapped.ts'

/** Inserts the last versions of keys of kind `first`, which must have no rows yet. */
export function insertFirst(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly FoldedField[],
): Statement {
  const { quote, types } = dialect
  const [at, shown, marks] = [quote('_event_at'), quote('_shown_at'), quote('_marks')]
  const ofAlive = (expression: string): string =>
    `case when ${quote('_alive')} then ${expression} end`
  const nothing = (name: keyof typeof latestColumns): string =>
    `cast(null as ${types[latestColumns[name]]})`
  const own: Record<keyof typeof latestColumns, string> = {
    _key: quote('_key'),
    _event_at: ofAlive(at),
    _start: ofAlive(shown),
    _end: nothing('_end'),
    _closed: ofAlive('1 = 0'),
    _merged_into: nothing('_merged_into'),
    _marks: ofAlive(marks),
    _end_event_at: nothing('_end_event_at'),
    _last_marks: marks,
    _through: ofAlive(at),
  }
  const values = fields.map((field) => ofAlive(unwrapped(dialect, quote(field.name), field)))
  const columns = listed(dialect, namesOf(latestColumns, fields), null)
  return statement(
    `insert into ${tableReference(dialect, tables.latest)} (${columns}) select ${[...Object.values(own), ...values].join(', ')} from (${firstChanges(dialect, tables, fields)}) as c`,
  )
}

/** The changes of such keys, with their marks, and whether there is a record after them. */
function firstChanges(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly FoldedField[],
): string {
  const { quote } = dialect
  const marks = marksOfChange(dialect, 'f')
  const names = ['_key', '_event_at', '_shown_at', ...fields.map(({ name }) => name)]
  return `select ${listed(dialect, names, 'f')}, ${dialect.concat([marksText(dialect, marks), knownLetters(dialect, fields)])} as ${quote('_marks')}, ${isAlive(marks)} as ${quote('_alive')} from ${tableReference(dialect, tables.fresh)} as f join ${tableReference(dialect, tables.touched)} as t on t.${quote('_key')} = f.${quote('_key')} where t.${quote('_kind')} = 'first'`
}
