/** How far each object of a pull has come, as the warehouse tells it. */
import type { ReadableObject } from '../../../connector/source.ts'
import { countInDoubt } from '../../../core/history/load/comparison.ts'
import {
  type LastEvent,
  listEvents,
  readLastEvent,
} from '../../../core/history/remembered/pulled-events.ts'
import type { ReadPosition, WholeReason } from '../../../core/history/remembered/pulled-objects.ts'
import { type SharedTables, sharedTables } from '../../../core/sql/names.ts'
import type { PullSync } from '../../../model/sync.ts'
import type { Session, Warehouse } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { refuseDropped } from './dropped-tables.ts'
import { underKeptName } from './kept-name.ts'
import { knownObject, type PulledObject } from './pulled-object.ts'

export interface ObjectLag {
  readonly object: string
  /** The last one that a webhook told; null where none did. */
  readonly lastEvent: LastEvent | null
  /** How far reads have come, by the CRM's clock; null before the first. */
  readonly position: ReadPosition | null
  /** Why the next read is of everything, whenever the last one was; null where it need not be. */
  readonly wholeOwed: WholeReason | null
  /** Records that have to be fetched before their rows can be relied upon. */
  readonly inDoubt: number
}

export function objectLags(
  warehouse: Warehouse,
  workingSchema: string,
  sync: PullSync,
  objects: readonly ReadableObject[],
): Promise<readonly ObjectLag[]> {
  const { dialect } = warehouse
  const shared = sharedTables(workingSchema)
  const named = { dialect, shared, sync, workingSchema }
  return warehouse.session(async (session) => {
    const context = await underKeptName(named, session)
    const events = await lastEvents(session, warehouse, shared, context.sync)
    const lags: ObjectLag[] = []
    for (const object of objects) {
      const known = await knownObject(context, session, object)
      const { wholeOwed, position } = known
      const inDoubt = await countOf(context, session, known)
      const lastEvent = events.get(object.name) ?? null
      lags.push({ object: object.name, lastEvent, position, wholeOwed, inDoubt })
    }
    return lags
  })
}

async function countOf(
  context: Pick<LoadContext, 'dialect' | 'sync'>,
  session: Session,
  known: PulledObject,
): Promise<number> {
  if (!known.isOurs) return 0
  try {
    const [row] = await session.query(countInDoubt(context.dialect, known.tables))
    return Number(row?.[0] ?? 0)
  } catch (error) {
    await refuseDropped(context, session, known)
    throw error
  }
}

/** By object. */
async function lastEvents(
  session: Session,
  { dialect }: Warehouse,
  { events: { schema, table } }: SharedTables,
  sync: PullSync,
): Promise<ReadonlyMap<string, LastEvent>> {
  if ((await session.columns(schema, table)) === null) return new Map()
  const rows = await session.query(listEvents(dialect, { schema, table }, sync.name))
  return new Map(rows.map(readLastEvent))
}
