/**
 * The last event of each pulled object that is in its history: a table of the working schema, written in the transaction of
 * the rows. A late event leaves the row of a later one beside its own: what holds is the latest of each column. Instants are
 * canonical texts.
 */
import type { Row } from '../../../model/value.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { insertRow } from '../../sql/insert-row.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { createTable, statement } from '../../sql/working-schema.ts'
import type { ObjectOwner } from './pulled-objects.ts'

const eventColumns = { sync: 'text', object: 'text', told_at: 'text', loaded_at: 'text' } as const

export interface LastEvent {
  /** When the CRM told it, by the CRM's clock. */
  readonly toldAt: string
  /** By ours. */
  readonly loadedAt: string
}

export function createEvents(dialect: Dialect, table: TableName): Statement {
  return createTable(dialect, table, eventColumns)
}

export function putEvent(
  dialect: Dialect,
  table: TableName,
  { sync, object }: ObjectOwner,
  { toldAt, loadedAt }: LastEvent,
): Statement[] {
  const { literal, quote } = dialect
  const earlier = `${quote('sync')} = ${literal(sync)} and ${quote('object')} = ${literal(object)} and ${quote('told_at')} <= ${literal(toldAt)}`
  return [
    statement(`delete from ${tableReference(dialect, table)} where ${earlier}`),
    insertRow(dialect, table, eventColumns, { sync, object, told_at: toldAt, loaded_at: loadedAt }),
  ]
}

/** A row for `readLastEvent` for each object of the sync that an event was loaded of. */
export function listEvents(dialect: Dialect, table: TableName, sync: string): Statement {
  const { literal, quote } = dialect
  const columns = `${quote('object')}, max(${quote('told_at')}), max(${quote('loaded_at')})`
  return statement(
    `select ${columns} from ${tableReference(dialect, table)} where ${quote('sync')} = ${literal(sync)} group by ${quote('object')}`,
  )
}

export function readLastEvent([object, toldAt, loadedAt]: Row): readonly [string, LastEvent] {
  return [object ?? '', { toldAt: toldAt ?? '', loadedAt: loadedAt ?? '' }]
}
