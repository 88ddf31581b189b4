/** The tables of an object of a sync under certain names. */
import type { ReadableObject } from '../../connector/source.ts'
import { objectNames } from '../../core/history/object-names.ts'
import type { ObjectPlace } from '../../core/history/pulled-objects.ts'
import { type HistoryTables, historyTables } from '../../core/history/tables.ts'
import type { LoadContext } from './context.ts'

export function tablesAt(
  { dialect, sync, workingSchema }: Pick<LoadContext, 'dialect' | 'sync' | 'workingSchema'>,
  object: ReadableObject,
  place: ObjectPlace,
): HistoryTables {
  const owner = { sync: sync.name, object: object.name }
  return historyTables(dialect, objectNames(owner, place, workingSchema))
}
