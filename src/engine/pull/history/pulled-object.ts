/** An object that is pulled: its tables, and what is remembered of them. */
import type { Pin } from '../../../core/history/columns/pin.ts'
import { listPins, readPin } from '../../../core/history/columns/pins-table.ts'
import {
  type Keeping,
  objectRow,
  readObjectRow,
  type ReadPosition,
  wantedKeeping,
  type WholeReason,
} from '../../../core/history/remembered/pulled-objects.ts'
import type { HistoryTables } from '../../../core/history/tables/tables.ts'
import type { ReadableObject } from '../../../connector/source.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { tablesAt } from './tables-at.ts'

export interface PulledObject {
  readonly object: ReadableObject
  /** Where they are: under the names that the sync had when it made them. */
  readonly tables: HistoryTables
  /** Whether the tables are there and this sync's own. */
  readonly isOurs: boolean
  /** How its history is kept; where there is none, how it is to be. */
  readonly keeping: Keeping
  /** Why the next read has to be of everything; null where it does not. */
  readonly wholeOwed: WholeReason | null
  /** Whether its versions were just made anew from the log, as tables of them had been dropped. */
  readonly isRebuilt: boolean
  /** How far reads have come; null before the first. */
  readonly position: ReadPosition | null
  /** In the order in which they stand in the tables. */
  readonly pins: readonly Pin[]
}

/** As it was left. Who has no lease only looks. */
export async function knownObject(
  context: Pick<LoadContext, 'dialect' | 'shared' | 'sync' | 'workingSchema'> &
    Partial<Pick<LoadContext, 'lease'>>,
  session: Session,
  object: ReadableObject,
): Promise<PulledObject> {
  const { dialect, shared, sync } = context
  const keeping = wantedKeeping(sync, object)
  const tables = tablesAt(context, object, keeping.place)
  const { schema, table } = shared.objects
  const none = {
    object,
    tables,
    isOurs: false,
    keeping,
    wholeOwed: null,
    isRebuilt: false,
    position: null,
    pins: [],
  }
  const columns = await session.columns(schema, table)
  if (columns === null) return none
  const owner = { sync: sync.name, object: object.name }
  const [row] = await session.query(objectRow(dialect, shared.objects, owner, columns))
  if (row === undefined) return none
  const pins = await session.query(listPins(dialect, shared.pins, owner))
  const known = readObjectRow(row)
  return {
    ...known,
    object,
    isRebuilt: false,
    tables: tablesAt(context, object, known.keeping.place ?? keeping.place),
    isOurs: true,
    pins: pins.map((one) => readPin(dialect, one)),
  }
}
