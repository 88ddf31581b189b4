/** What a pull keeps of its objects: their tables, and the columns that were chosen for them. Asks no CRM. */
import type { ReadableObject } from '../../../connector/source.ts'
import type { DbtList } from '../../../core/dbt/dbt-sync.ts'
import { elementColumn, listTables } from '../../../core/history/views/list-views.ts'
import { sharedTables } from '../../../core/sql/names.ts'
import type { PullSync } from '../../../model/sync.ts'
import type { Column } from '../../../model/value.ts'
import type { Session, Warehouse } from '../../../warehouse/warehouse.ts'
import { underKeptName } from './kept-name.ts'
import { viewInput } from './prepare-object.ts'
import { knownObject, type PulledObject } from './pulled-object.ts'

export interface KeptObject extends PulledObject {
  /** The column of the record's id. */
  readonly key: Column
  readonly lists: readonly DbtList[]
}

/** In the order of the objects; of one that was never pulled `isOurs` is false. */
export function keptColumns(
  warehouse: Warehouse,
  workingSchema: string,
  sync: PullSync,
  objects: readonly ReadableObject[],
): Promise<readonly KeptObject[]> {
  const { dialect } = warehouse
  const named = { dialect, shared: sharedTables(workingSchema), sync, workingSchema }
  return warehouse.session(async (session) => {
    const context = await underKeptName(named, session)
    const found: KeptObject[] = []
    for (const object of objects) {
      const known = await knownObject(context, session, object)
      const lists = await keptLists(warehouse, session, known)
      found.push({ ...known, key: viewInput(context, known).key, lists })
    }
    return found
  })
}

/** Which columns hold lists is the CRM's to say; here it is told by the views that were made for them. */
async function keptLists(
  { dialect }: Warehouse,
  session: Session,
  { pins, tables }: PulledObject,
): Promise<readonly DbtList[]> {
  const found: DbtList[] = []
  for (const pin of pins.filter(({ kind }) => kind === 'json')) {
    const views = listTables({ dialect, tables, pin })
    for (const which of ['current', 'history'] as const) {
      const view = views[which]
      const columns = await session.columns(view.schema, view.table)
      if (columns?.some(({ name }) => name === elementColumn) !== true) continue
      found.push({ column: pin.name, of: which, view, columns })
    }
  }
  return found
}
