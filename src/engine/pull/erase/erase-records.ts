/**
 * Removes records of a person wholly from what a pull keeps: every change, every version, whatever a load left of
 * them, what could not be read, and what waits in the journal. The one deletion that the log knows. A tombstone stays
 * for each, so that no way in brings the record back. Neither the CRM nor anything outside the two schemas and the
 * journal is touched.
 */
import type { ReadableObject } from '../../../connector/source.ts'
import {
  type EraseInput,
  eraseKeys,
  eraseListed,
  keysHolding,
  keysMentioning,
} from '../../../core/history/erase/erase.ts'
import { namesErasedUnder, putTombstones } from '../../../core/history/erase/tombstones.ts'
import type { ObjectOwner } from '../../../core/history/remembered/pulled-objects.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LeaseKeeper } from '../../context.ts'
import { instant } from '../../instant.ts'
import { eraseMarked } from '../../erase-marked.ts'
import { type LoadContext, loadContext } from '../context.ts'
import { eraseFromUnread } from './erase-unread.ts'
import { type ErasedWaiting, eraseWaiting } from './erase-waiting.ts'
import { hashOf } from '../hashed.ts'
import { dropLeftScratch } from '../left-scratch.ts'
import { openPull } from '../lifecycle.ts'
import { knownObject, type PulledObject } from '../history/pulled-object.ts'
import type { LoadCollaborators, LoadOptions } from '../pull.ts'
import { partsOf } from './parts-of.ts'
import { digestOf } from '../history/tombstones.ts'
import { findWaiting, type Inbox, type WaitingRecords } from './waiting-events.ts'

/** Who is meant: by a value that a record holds, or by the record's id. */
export type PulledPerson =
  | { readonly value: string }
  | { readonly object: string; readonly id: string }

export interface ErasedObject {
  readonly object: string
  readonly records: number
  /** Records that are kept out from now on; one that was asked for by its id need not have been known. */
  readonly keptOut: number
  /** Rows removed. */
  readonly changes: number
  readonly versions: number
  /** Ids of records that hold the value among other words and were left, the first ones. */
  readonly mentions: readonly string[]
  /** Whether there are more of these. */
  readonly hasMoreMentions: boolean
}

export interface PullErasure {
  readonly sync: string
  /** Only those with something to tell. */
  readonly objects: readonly ErasedObject[]
  /** Webhooks removed that could not be read. */
  readonly unread: number
  /** Webhooks that no load has taken yet. */
  readonly waiting: ErasedWaiting
}

/** What an erasure does not reach, for people to see to. */
export const notReached = ['crm', 'backups', 'time_travel', 'files'] as const

const mostMentions = 20
/** Bound parameters of one statement; every warehouse takes as many. */
const keysPerStatement = 1_000

export interface ErasureRequest {
  readonly person: PulledPerson
  /** Those that the CRM can have. */
  readonly objects: readonly ReadableObject[]
  readonly inbox: Inbox
  /** Counts what would go, and removes nothing. */
  readonly dryRun: boolean
}

/** Repeating it does what an earlier one that was cut off left. */
export async function eraseRecords(
  collaborators: LoadCollaborators,
  lease: LeaseKeeper,
  options: LoadOptions,
  { person, objects, inbox, dryRun }: ErasureRequest,
): Promise<PullErasure> {
  const context = { ...(await loadContext(collaborators, lease, options)), dryRun }
  const { ledger, sync, warehouse } = context
  await openPull(context, { remakesErasures: true })
  const value = 'id' in person ? null : person.value
  const told = value === null ? null : await findWaiting(context, inbox, objects, value)
  const erased: ErasedObject[] = []
  const meant = new Map<string, ReadonlySet<string>>()
  for (const object of objects) {
    if ('id' in person && person.object !== object.name) continue
    context.signal.throwIfAborted()
    const waiting = told?.get(object.name) ?? none
    const found = await warehouse.session((session) =>
      eraseOf(context, session, object, person, waiting),
    )
    erased.push(found.erased)
    meant.set(object.name, new Set(found.keys))
  }
  const unread = value === null ? 0 : await eraseFromUnread(context, value)
  // After the tombstones, by which it is known what goes.
  const waiting = await eraseWaiting(context, inbox, objects, { value, meant, dryRun })
  if (value !== null && !dryRun) await ledger.scrub([value.trim()])
  const isNews = ({ keptOut, mentions }: ErasedObject): boolean => keptOut + mentions.length > 0
  return { sync: sync.name, objects: erased.filter(isNews), unread, waiting }
}

const none: WaitingRecords = { holding: new Set(), mentioning: new Set() }

type ErasureContext = LoadContext & Pick<ErasureRequest, 'dryRun'>

async function eraseOf(
  context: ErasureContext,
  session: Session,
  object: ReadableObject,
  person: PulledPerson,
  waiting: WaitingRecords,
): Promise<{ readonly erased: ErasedObject; readonly keys: readonly string[] }> {
  const known = await knownObject(context, session, object)
  const input = { dialect: context.dialect, tables: known.tables, fields: known.pins }
  const found = known.isOurs ? await keysOf(context, session, input, person) : []
  const keys = 'id' in person ? [person.id] : [...waiting.holding.union(new Set(found))]
  const counts = await remove(context, session, known, keys)
  const isThere = counts.changes + counts.versions > 0
  const records = 'id' in person ? Number(isThere) : keys.length
  const kept =
    known.isOurs && 'value' in person
      ? await mentionsOf(session, input, person.value, mostMentions + keys.length + 1)
      : []
  // In a dry run those that hold the value are there still.
  const mentions = [...new Set(kept).union(waiting.mentioning).difference(new Set(keys))].toSorted()
  const erased: ErasedObject = {
    object: object.name,
    records,
    keptOut: keys.length,
    ...counts,
    mentions: mentions.slice(0, mostMentions),
    hasMoreMentions: mentions.length > mostMentions,
  }
  return { erased, keys }
}

async function keysOf(
  { sync }: LoadContext,
  session: Session,
  input: EraseInput,
  person: PulledPerson,
): Promise<readonly string[]> {
  if ('id' in person) return []
  const { hashSecret } = sync.fields
  const plain = person.value.trim()
  // A hashed field tells a person as well as the value that its hash was made of.
  const forms = hashSecret === null ? [] : [person.value, plain, plain.toLowerCase()]
  const hashes = forms.map((text) => hashOf(text, hashSecret ?? ''))
  return keysFrom(session, keysHolding(input, [...new Set([plain, ...hashes])]))
}

function mentionsOf(
  session: Session,
  input: EraseInput,
  value: string,
  most: number,
): Promise<readonly string[]> {
  return keysFrom(session, keysMentioning(input, value.trim(), most))
}

async function keysFrom(session: Session, query: Statement | null): Promise<readonly string[]> {
  const rows = query === null ? [] : await session.query(query)
  return rows.map(([key]) => key ?? '')
}

/** Rows and tombstones in one transaction behind the fence (promise 7). */
async function remove(
  context: ErasureContext,
  session: Session,
  known: PulledObject,
  keys: readonly string[],
): Promise<Pick<ErasedObject, 'changes' | 'versions'>> {
  const { dialect } = context
  // An object that the sync pulls no more may have some, too.
  if (!context.dryRun) await dropLeftScratch(context, session, [known.object.name])
  if (keys.length === 0) return { changes: 0, versions: 0 }
  const parts = partsOf(keys, keysPerStatement)
  const { shared, sync } = context
  const input = { dialect, tables: known.tables, fields: known.pins }
  const removing = known.isOurs ? parts.flatMap((part) => eraseKeys(input, part)) : []
  const owner = { sync: sync.name, object: known.object.name }
  const names = (await session.query(namesErasedUnder(dialect, shared.erased, owner)))
    .flatMap(([name]) => name ?? [])
    .filter((name) => name !== sync.name)
  const affected = await eraseMarked(context, session, (at) => [
    ...removing,
    ...parts.flatMap((part) => [
      ...tombstonesFor(context, owner, names, { keys: part, at }),
      eraseListed(dialect, shared.operations, sync.name, part),
    ]),
  ])
  const removed = affected.slice(0, removing.length)
  const sum = (counts: readonly number[]): number => counts.reduce((all, rows) => all + rows, 0)
  const changes = sum(removed.filter((_, index) => index % 3 === 0))
  return { changes, versions: sum(removed) - changes }
}

/** `names` are those under which others of the object were erased before. */
function tombstonesFor(
  { dialect, erasureKey, shared, stateId }: LoadContext,
  owner: ObjectOwner,
  names: readonly string[],
  { keys, at }: { readonly keys: readonly string[]; readonly at: number },
): readonly Statement[] {
  const digestsAs = (sync: string): readonly string[] =>
    keys.map((key) => digestOf(erasureKey, { ...owner, sync }, key))
  return putTombstones(dialect, shared.erased, owner, {
    digests: digestsAs(owner.sync),
    former: names.map(digestsAs),
    stateId,
    erasedAt: instant(at),
  })
}
