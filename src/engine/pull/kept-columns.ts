/** What a pull keeps of its objects: their tables, and the columns that were chosen for them. Asks no CRM. */
import type { ReadableObject } from '../../connector/source.ts'
import { sharedTables } from '../../core/sql/names.ts'
import type { PullSync } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { knownObject, type PulledObject, viewInput } from './prepare-object.ts'

export interface KeptObject extends PulledObject {
  /** The column of the record's id. */
  readonly key: Column
}

/** In the order of the objects; of one that was never pulled `isOurs` is false. */
export function keptColumns(
  warehouse: Warehouse,
  workingSchema: string,
  sync: PullSync,
  objects: readonly ReadableObject[],
): Promise<readonly KeptObject[]> {
  const { dialect } = warehouse
  const context = { dialect, shared: sharedTables(workingSchema), sync, workingSchema }
  return warehouse.session(async (session) => {
    const found: KeptObject[] = []
    for (const object of objects) {
      const known = await knownObject(context, session, object)
      found.push({ ...known, key: viewInput(context, known).key })
    }
    return found
  })
}
