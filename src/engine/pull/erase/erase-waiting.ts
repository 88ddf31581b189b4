/**
 * Takes erased records out of the journal. What tells of them alone is emptied, once every pull that would load it knows them as
 * erased; what nobody can read goes where the value is in it. It is known by the tombstones, so that it may be done again
 * after whatever cut it off.
 */
import type { ReadableObject } from '../../../connector/source.ts'
import type { Change } from '../../../model/change.ts'
import type { LoadContext } from '../context.ts'
import { mentions } from './mentions.ts'
import { readableTombstones, type Tombstones } from '../history/tombstones.ts'
import { type Inbox, type WaitingEvents, waitingEvents } from './waiting-events.ts'

export interface ErasedWaiting {
  readonly removed: number
  /** Those that tell of an erased record and stay: another pull waits for them, or they tell of other records, too. */
  readonly left: number
}

export interface MeantRecords {
  /** Null where a record is meant by its id. */
  readonly value: string | null
  /** By object, the ids of those that this erasure removes: in a dry run they have no tombstones. */
  readonly meant: ReadonlyMap<string, ReadonlySet<string>>
  readonly dryRun: boolean
}

export async function eraseWaiting(
  context: LoadContext,
  inbox: Inbox,
  objects: readonly ReadableObject[],
  { value, meant, dryRun }: MeantRecords,
): Promise<ErasedWaiting> {
  const buried = await takerOf(context, context, objects)
  const own: Taker = {
    ...buried,
    hasErased: (change) =>
      buried.hasErased(change) || meant.get(change.object)?.has(change.key) === true,
  }
  const others = inbox.others.map(({ sync, warehouse }) => {
    const pulled = objects.filter(({ name }) => sync.objects.includes(name))
    return takerOf(context, { sync, warehouse, dialect: warehouse.dialect }, pulled)
  })
  const takers = [own, ...(await Promise.all(others))]
  const positions: number[] = []
  let left = 0
  for await (const waiting of waitingEvents(context, inbox, objects)) {
    if (!isConcerned(waiting, own, takers, value)) continue
    const isOfNobody = waiting.changes.every((change) =>
      takers.every((taker) => !taker.takes(change) || taker.hasErased(change)),
    )
    if (isOfNobody) positions.push(waiting.position)
    else left += 1
  }
  // Also where there are none: what was loaded and dropped may still be on the disk.
  if (!dryRun) await inbox.journal.erase(positions)
  return { removed: positions.length, left }
}

/** A pull that takes webhooks of the connection. */
interface Taker {
  takes(change: Change): boolean
  /** Also of an object that it does not take, or takes no more. */
  hasErased(change: Change): boolean
}

/** What nobody takes is judged by its text, like what nobody can read. */
function isConcerned(
  { body, changes }: WaitingEvents,
  own: Taker,
  takers: readonly Taker[],
  value: string | null,
): boolean {
  if (changes.some((change) => own.hasErased(change))) return true
  const isTaken = changes.some((change) => takers.some((taker) => taker.takes(change)))
  return !isTaken && value !== null && mentions(body, value)
}

type Owner = Pick<LoadContext, 'dialect' | 'sync' | 'warehouse'>

async function takerOf(
  { erasureKey, shared }: LoadContext,
  { dialect, sync, warehouse }: Owner,
  objects: readonly Pick<ReadableObject, 'name'>[],
): Promise<Taker> {
  const tombstones = await warehouse.session(async (session) => {
    const found = new Map<string, Tombstones>()
    for (const { name } of objects) {
      const context = { dialect, erasureKey, shared, sync }
      found.set(name, await readableTombstones(context, session, name))
    }
    return found
  })
  return {
    takes: ({ object }) => sync.objects.includes(object),
    hasErased: ({ key, object }) => tombstones.get(object)?.has(key) ?? false,
  }
}
