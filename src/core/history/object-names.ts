/** How the tables of a pulled object are called: by the sync's templates, and apart from those of other syncs. */
import { type NamedObject, objectTables } from '../../model/object-tables.ts'
import type { PullSync } from '../../model/sync.ts'
import { tablePrefix } from '../sql/names.ts'
import type { ObjectNames } from './tables.ts'

export function objectNames(
  sync: Pick<PullSync, 'name' | 'schema' | 'tables'>,
  object: NamedObject,
  workingSchema: string,
): ObjectNames {
  return {
    schema: sync.schema,
    ...objectTables(sync.tables, object),
    workingSchema,
    scratch: `${tablePrefix(sync.name)}__${tablePrefix(object.name)}`,
  }
}
