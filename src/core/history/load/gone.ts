/** What a read of chosen records found to be gone, before it counts: a guard may withhold it (promise 6). */
import type { Dialect } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import { isOpen } from './comparison.ts'
import type { HistoryTables } from '../tables/tables.ts'

/** `[open records, those among them that the read says are gone]` */
export function countGone(dialect: Dialect, tables: HistoryTables): Statement {
  const { toText } = dialect
  const open = `select count(*) from ${tableReference(dialect, tables.latest)} as v where ${isOpen(dialect)}`
  return statement(
    `select ${toText(`(${open})`)}, ${toText('count(*)')} from ${openAndGone(dialect, tables)}`,
  )
}

/** `[key]` of the latter, in order, the first `most`. */
export function listGone(dialect: Dialect, tables: HistoryTables, most: number): Statement {
  const key = `v.${dialect.quote('_key')}`
  return statement(
    `select ${key} from ${openAndGone(dialect, tables)} order by ${key} limit ${most}`,
  )
}

function openAndGone(dialect: Dialect, { latest, read }: HistoryTables): string {
  const key = dialect.quote('_key')
  return `${tableReference(dialect, latest)} as v join ${tableReference(dialect, read)} as r on r.${key} = v.${key} where r.${isGone(dialect)} and ${isOpen(dialect)}`
}

/** Takes what is gone out of the read. */
export function withholdGone(dialect: Dialect, { read }: HistoryTables): Statement {
  return statement(`delete from ${tableReference(dialect, read)} where ${isGone(dialect)}`)
}

function isGone({ literal, quote }: Dialect): string {
  return `${quote('_op')} <> ${literal('read')}`
}
