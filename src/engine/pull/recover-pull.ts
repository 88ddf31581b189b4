/**
 * Brings a lost, restored or foreign state and a pull's tables together again, after a person decided that they belong
 * together. How far reads have come stands with the rows, so nothing is read or loaded here; but webhooks that waited in the journal
 * may be lost with the state, deletions among them, so the next run reads everything. Its comparison with what is there keeps
 * versions from being doubled.
 */
import { oweWhole } from '../../core/history/remembered/pulled-objects.ts'
import { countForeign } from '../../core/history/erase/tombstones.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { LeaseKeeper } from '../context.ts'
import { rebind } from '../rebind.ts'
import { type RecoverOptions, settleErasures } from '../settle-erasures.ts'
import { readySchema, refuseNewer } from '../working-schema.ts'
import { type LoadContext, loadContext } from './context.ts'
import { openPull, pullTables, supersedeLeft } from './lifecycle.ts'
import type { LoadCollaborators, LoadOptions } from './pull.ts'

export interface RecoveredPull {
  readonly sync: string
  /** Unfinished runs that were given up. */
  readonly runs: number
  /** Objects that the next run reads whole. */
  readonly objects: number
  /** Objects with records that were erased under another state: of these nothing is loaded any more. */
  readonly lostTombstones: readonly { readonly object: string; readonly records: number }[]
  /** When records were last erased, in milliseconds since the epoch, where the warehouse lacks that: until it is made again nothing is loaded. Null for none. */
  readonly lostErasures: number | null
}

export async function recoverPull(
  collaborators: LoadCollaborators,
  lease: LeaseKeeper,
  options: RecoverOptions & LoadOptions,
): Promise<RecoveredPull> {
  const context = await loadContext(collaborators, lease, options)
  const { sync, warehouse } = context
  await warehouse.session((session) => refuseNewer(context, session))
  const runs = await supersedeLeft(context)
  const objects = await warehouse.session((session) => rejoin(context, session))
  const lostTombstones = await warehouse.session((session) => countLost(context, session))
  const lostErasures = await warehouse.session((session) =>
    settleErasures(context, session, options),
  )
  await openPull(context, { remakesErasures: true })
  return { sync: sync.name, runs, objects, lostTombstones, lostErasures }
}

/** Gives the number of objects whose next read is of everything. */
async function rejoin(context: LoadContext, session: Session): Promise<number> {
  const { dialect, shared, sync } = context
  await readySchema(context, session, pullTables(context))
  const owed = oweWhole(dialect, shared.objects, { sync: sync.name }, 'another state')
  const [objects = 0] = await rebind(context, session, { opening: null, alongside: [owed] })
  return objects
}

async function countLost(
  { dialect, shared, stateId, sync }: LoadContext,
  session: Session,
): Promise<RecoveredPull['lostTombstones']> {
  const rows = await session.query(countForeign(dialect, shared.erased, sync.name, stateId))
  return rows.map(([object, records]) => ({ object: object ?? '', records: Number(records) }))
}
