/** How the tables of a pulled object are called: as the sync names them, and apart from those of other syncs. */
import { tablePrefix } from '../../sql/names.ts'
import type { ObjectOwner, ObjectPlace } from '../remembered/pulled-objects.ts'
import type { ObjectNames } from './tables.ts'

export function objectNames(
  { sync, object }: ObjectOwner,
  place: ObjectPlace,
  workingSchema: string,
  fence?: number,
): ObjectNames {
  return {
    ...place,
    workingSchema,
    scratch: scratchName(sync, object),
    ...(fence === undefined ? {} : { fence }),
  }
}

/** What an object's scratch tables begin with. */
export function scratchName(sync: string, object: string): string {
  return `${tablePrefix(sync)}__${tablePrefix(object)}`
}
