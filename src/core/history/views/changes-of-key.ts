/** The log of one record, as it is sorted: what was heard of it, when, and by which way (promise 9). */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { listed, logColumns } from '../columns/own-columns.ts'
import { sortColumns } from '../fold/fold-source.ts'
import type { HistoryTables } from '../tables/tables.ts'

/** `[op, event at, shown at, observed at, loaded at, origin, merged into, id, …wrapped fields]` */
export function changesOfKey(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
): (key: string) => Statement {
  const { quote } = dialect
  const instants = ['_event_at', '_shown_at', '_observed_at', '_loaded_at'].map((name) =>
    dialect.canonicalText(`l.${quote(name)}`, { kind: 'timestamp_tz' }),
  )
  const texts = [
    '_origin',
    '_merged_into',
    '_change_id',
    ...logColumns(dialect, fields).map(({ name }) => name),
  ]
  const columns = [`l.${quote('_op')}`, ...instants, listed(dialect, texts, 'l')]
  const text = `select ${columns.join(', ')} from ${tableReference(dialect, tables.changes)} as l where l.${quote('_key')} = ${dialect.placeholder(1)} order by ${listed(dialect, sortColumns, 'l')}`
  return (key) => ({ text, parameters: [key] })
}
