/** What someone else made is left alone: a pull writes into tables of its own only. */
import type { TableName } from '../../../core/sql/dialect.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { pullErrors } from '../errors.ts'
import type { LoadContext } from '../context.ts'
import type { PulledObject } from './prepare-object.ts'

/** Asked before an object's first pull: a table or view of the name is not ours then. */
export async function refuseForeignTables(
  { sync }: LoadContext,
  session: Session,
  { object, tables }: PulledObject,
): Promise<void> {
  const { changes, past, latest, history, current } = tables
  for (const table of [changes, past, latest, history, current]) {
    if (await isThere(session, table)) throw foreignTable({ sync }, object.name, table)
  }
}

export async function isThere(session: Session, { schema, table }: TableName): Promise<boolean> {
  return (await session.columns(schema, table)) !== null
}

export function foreignTable(
  { sync }: Pick<LoadContext, 'sync'>,
  object: string,
  table: TableName,
): Error {
  return pullErrors.foreign_table({
    message: `Sync ${sync.name} would write ${named(table)} for ${object}, and there is such a table or view that it did not make.`,
    place: sync.place,
  })
}

export function named({ schema, table }: TableName): string {
  return `${schema}.${table}`
}
