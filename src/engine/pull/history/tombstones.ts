/** Which records of an object were erased: whatever brings news of one is not loaded. */
import { createHmac } from 'node:crypto'
import type { ObjectOwner } from '../../../core/history/pulled-objects.ts'
import { listTombstones } from '../../../core/history/tombstones.ts'
import type { PullSync } from '../../../model/sync.ts'
import type { Row } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'

export interface Tombstones {
  /** Whether the record with this id was erased. */
  has(key: string): boolean
}

type TombContext = Pick<LoadContext, 'dialect' | 'erasureKey' | 'shared'> & {
  readonly sync: Pick<PullSync, 'name'>
}

/** As they are while the sync's lease is held: only who holds it erases. */
export async function readTombstones(
  context: LoadContext,
  session: Session,
  object: string,
): Promise<Tombstones> {
  const { dialect, shared, stateId, sync } = context
  const owner = { sync: sync.name, object }
  const rows = await session.query(listTombstones(dialect, shared.erased, owner))
  // Another state's key is gone with it, and what can't be told from the erased ones is not loaded.
  if (rows.some(([, state]) => state !== stateId)) {
    throw pullErrors.lost_tombstones({
      message: `Sync ${sync.name}: ${object} were erased under another state, whose key this one does not have.`,
      place: sync.place,
    })
  }
  return tombstonesFrom(context, owner, rows)
}

/** Those that this state can read, of a sync that may never have been run. */
export async function readableTombstones(
  context: TombContext,
  session: Session,
  object: string,
): Promise<Tombstones> {
  const { dialect, shared, sync } = context
  const { schema, table } = shared.erased
  const owner = { sync: sync.name, object }
  if ((await session.columns(schema, table)) === null) return tombstonesFrom(context, owner, [])
  const rows = await session.query(listTombstones(dialect, shared.erased, owner))
  return tombstonesFrom(context, owner, rows)
}

function tombstonesFrom(
  { erasureKey }: TombContext,
  owner: ObjectOwner,
  rows: readonly Row[],
): Tombstones {
  const digests = new Set(rows.map(([digest]) => digest ?? ''))
  return {
    has: (key) => digests.size > 0 && digests.has(digestOf(erasureKey, owner, key)),
  }
}

export function digestOf(erasureKey: string, { sync, object }: ObjectOwner, key: string): string {
  const named = JSON.stringify([sync, object, key])
  return createHmac('sha256', erasureKey).update(named).digest('hex')
}
