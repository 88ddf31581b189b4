/** What a read of chosen records found to be gone, before it counts: a guard may withhold it (promise 6). */
import type { Dialect } from '../sql/dialect.ts'
import { tableReference } from '../sql/names.ts'
import type { Statement } from '../sql/statement.ts'
import { statement } from '../sql/working-schema.ts'
import { isOpen } from './comparison.ts'
import type { HistoryTables } from './tables.ts'

/** `[open records, those among them that the read says are gone]` */
export function countGone(dialect: Dialect, { latest, read }: HistoryTables): Statement {
  const { quote, toText } = dialect
  const versions = tableReference(dialect, latest)
  const open = `select count(*) from ${versions} as v where ${isOpen(dialect)}`
  return statement(
    `select ${toText(`(${open})`)}, ${toText('count(*)')} from ${versions} as v join ${tableReference(dialect, read)} as r on r.${quote('_key')} = v.${quote('_key')} where r.${isGone(dialect)} and ${isOpen(dialect)}`,
  )
}

/** Takes what is gone out of the read. */
export function withholdGone(dialect: Dialect, { read }: HistoryTables): Statement {
  return statement(`delete from ${tableReference(dialect, read)} where ${isGone(dialect)}`)
}

function isGone({ literal, quote }: Dialect): string {
  return `${quote('_op')} <> ${literal('read')}`
}
