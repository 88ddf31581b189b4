/**
 * A sync that names its tables otherwise than before would begin with empty ones, and read only what changes from then
 * on. So it is stopped, until somebody has moved the tables: what is in them may be all that is left of former versions.
 */
import { namesOf } from '../../../core/history/columns/own-columns.ts'
import { wantedKeeping } from '../../../core/history/remembered/pulled-objects.ts'
import type { HistoryTables } from '../../../core/history/tables/tables.ts'
import type { TableName } from '../../../core/sql/dialect.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import { keptTables, missingColumns, ownColumns } from './kept-tables.ts'
import { foreignTable, isThere, named, refuseForeignTables } from './foreign-tables.ts'
import type { PulledObject } from './pulled-object.ts'
import { tablesAt } from './tables-at.ts'

/** With tables under the names that the sync gives them now, whether they were there or somebody moved them. */
export async function settleTables(
  context: LoadContext,
  session: Session,
  known: PulledObject,
): Promise<PulledObject> {
  const tables = tablesAt(context, known.object, wantedKeeping(context.sync, known.object).place)
  if (!known.isOurs) await refuseForeignTables(context, session, known)
  else await refuseUnlessMoved(context, session, known, tables)
  return { ...known, tables }
}

async function refuseUnlessMoved(
  context: LoadContext,
  session: Session,
  { object, pins, tables: before }: PulledObject,
  after: HistoryTables,
): Promise<void> {
  for (const which of keptTables) {
    const [from, to] = [before[which], after[which]]
    if (isSame(from, to)) continue
    const lacking = await missingColumns(session, to, namesOf(ownColumns[which], pins))
    const isMoved = !(await isThere(session, from)) && lacking?.length === 0
    if (!isMoved) throw movedTable(context, object.name, from, to)
  }
  for (const which of ['history', 'current'] as const) {
    const to = after[which]
    if (isSame(before[which], to) || !(await isThere(session, to))) continue
    throw foreignTable(context, object.name, to)
  }
}

function isSame(one: TableName, other: TableName): boolean {
  return one.schema === other.schema && one.table === other.table
}

function movedTable({ sync }: LoadContext, object: string, from: TableName, to: TableName): Error {
  return pullErrors.moved_tables({
    message: `Sync ${sync.name} would keep ${object} in ${named(to)} from now on; what it has is in ${named(from)}.`,
    place: sync.place,
  })
}
