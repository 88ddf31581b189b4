/** Which records of an object were erased: whatever brings news of one is not loaded. */
import { createHmac } from 'node:crypto'
import type { ObjectOwner } from '../../../core/history/remembered/pulled-objects.ts'
import { listTombstones } from '../../../core/history/erase/tombstones.ts'
import { namesOf, type PullSync } from '../../../model/sync.ts'
import type { Row } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'

export interface Tombstones {
  /** Whether the record with this id was erased. */
  has(key: string): boolean
}

type TombContext = Pick<LoadContext, 'dialect' | 'erasureKey' | 'shared'> & {
  readonly sync: Pick<PullSync, 'name' | 'renamedFrom'>
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
  return tombstonesFrom(context, buriedIn(owner, rows))
}

/** Those that this state can read, of a sync that may never have been run, or only under its former name. */
export async function readableTombstones(
  context: TombContext,
  session: Session,
  object: string,
): Promise<Tombstones> {
  const { dialect, shared, sync } = context
  const { schema, table } = shared.erased
  const columns = await session.columns(schema, table)
  if (columns === null) return tombstonesFrom(context, [])
  const buried: Buried[] = []
  for (const name of namesOf(sync)) {
    const owner = { sync: name, object }
    const rows = await session.query(listTombstones(dialect, shared.erased, owner, columns))
    buried.push(...buriedIn(owner, rows))
  }
  return tombstonesFrom(context, buried)
}

/** A digest, and of whose record by which name it is. */
interface Buried {
  readonly digest: string
  readonly owner: ObjectOwner
}

function buriedIn({ sync, object }: ObjectOwner, rows: readonly Row[]): readonly Buried[] {
  return rows.map(([digest, , erasedAs]) => ({
    digest: digest ?? '',
    owner: { sync: erasedAs ?? sync, object },
  }))
}

/** A sync that was renamed has digests of each of its names. */
function tombstonesFrom({ erasureKey }: TombContext, buried: readonly Buried[]): Tombstones {
  const digests = new Set(buried.map(({ digest }) => digest))
  const owners = new Map(buried.map(({ owner }) => [owner.sync, owner]))
  return {
    has: (key) =>
      [...owners.values()].some((owner) => digests.has(digestOf(erasureKey, owner, key))),
  }
}

export function digestOf(erasureKey: string, { sync, object }: ObjectOwner, key: string): string {
  const named = JSON.stringify([sync, object, key])
  return createHmac('sha256', erasureKey).update(named).digest('hex')
}
