/** How the tables of a pulled object are called: as the sync names them, and apart from those of other syncs. */
import { tablePrefix } from '../sql/names.ts'
import type { ObjectOwner, ObjectPlace } from './pulled-objects.ts'
import type { ObjectNames } from './tables.ts'

export function objectNames(
  { sync, object }: ObjectOwner,
  place: ObjectPlace,
  workingSchema: string,
): ObjectNames {
  return {
    ...place,
    workingSchema,
    scratch: `${tablePrefix(sync)}__${tablePrefix(object)}`,
  }
}
