/** The tables of an object of a sync under certain names; scratch tables are the lease's own. */
import type { ReadableObject } from '../../../connector/source.ts'
import { objectNames } from '../../../core/history/tables/object-names.ts'
import type { ObjectPlace } from '../../../core/history/remembered/pulled-objects.ts'
import { type HistoryTables, historyTables } from '../../../core/history/tables/tables.ts'
import type { LoadContext } from '../context.ts'

export function tablesAt(
  {
    dialect,
    lease,
    sync,
    workingSchema,
  }: Pick<LoadContext, 'dialect' | 'sync' | 'workingSchema'> & Partial<Pick<LoadContext, 'lease'>>,
  object: ReadableObject,
  place: ObjectPlace,
): HistoryTables {
  const owner = { sync: sync.name, object: object.name }
  return historyTables(dialect, objectNames(owner, place, workingSchema, lease?.current().fence))
}
