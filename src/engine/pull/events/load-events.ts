/**
 * From the journal into the history: bodies of webhooks become changes, and what they leave in doubt is fetched.
 * A change has the same id each time it is read, so that entries may be loaded again (promise 3); whoever calls
 * drops them from the journal only after this (promise 1).
 */
import type {
  CrmReader,
  DecodedEvent,
  EventRefusal,
  SourceObject,
  WebhookEvents,
} from '../../../connector/source.ts'
import { isFarAhead } from '../../../core/change/event-time.ts'
import { isOpaque } from '../../../core/history/columns/column-name.ts'
import { isHeldAsText } from '../../../core/sql/held-text.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import { putUnread } from '../../../core/sql/unread-events.ts'
import type { Journal, StoredEntry } from '../../../journal/journal.ts'
import type { Change } from '../../../model/change.ts'
import type { SynclineError } from '../../../model/error.ts'
import { describeFailure } from '../failures.ts'
import { fenceStatement } from '../../working-schema.ts'
import { chosenFields } from '../chosen-fields.ts'
import type { LoadContext } from '../context.ts'
import { fetchDirty } from './dirty.ts'
import type { Doubts } from './doubts.ts'
import { keptUnread } from './kept-unread.ts'
import { findLeaks, refuseLeak } from '../leaks.ts'
import { type LoadedObject, loadObject } from '../history/load-object.ts'
import type { MetadataBook } from './metadata-book.ts'

export interface EventContext extends LoadContext {
  /** That the entries are from. */
  readonly journal: Pick<Journal, 'read'>
  readonly reader: CrmReader
  readonly events: WebhookEvents
  readonly metadata: MetadataBook
  readonly doubts: Doubts
  /** Those of the sync's objects that are meant. */
  readonly objects: readonly string[]
  /** Id of the CRM account that the history is of. */
  readonly account: string
  /** Whether the CRM can be asked for records that are in doubt. */
  readonly canAsk: boolean
}

export interface EventCounts {
  /** Changes that the log did not hold. */
  readonly added: number
  /** Those that it held, and events of nothing that is pulled, or of records that were erased. */
  readonly passed: number
  readonly unreadable: number
  /** Columns for what the CRM's metadata does not foresee, as `object.column`. */
  readonly newColumns: readonly string[]
  /** What somebody should look at, though it kept nothing from being loaded. */
  readonly notices: readonly SynclineError[]
  /** Objects with events that are not loaded, and why; null where newer metadata has to be waited for. */
  readonly held: ReadonlyMap<string, unknown>
}

interface Unreadable {
  readonly entry: StoredEntry
  readonly refusal: EventRefusal
}

interface Decoded {
  readonly changes: readonly Change[]
  readonly unreadable: readonly Unreadable[]
  /** Events of nothing that is pulled. */
  readonly irrelevant: number
  /** Objects without metadata that events tell of. */
  readonly unknown: ReadonlySet<string>
  /** By object, what its metadata lacks and events name: fields and options. */
  readonly lacking: ReadonlyMap<string, ReadonlySet<string>>
  /** Objects that can't be loaded without newer metadata: a column's name or a label would be wrong. */
  readonly misread: ReadonlySet<string>
}

/**
 * All entries are of the sync's connection. One object that can't be described or loaded does not hold back the others;
 * throws where that is so of all.
 */
export async function loadEvents(
  context: EventContext,
  entries: readonly StoredEntry[],
): Promise<EventCounts> {
  const { described, decoded, held } = await decodeAll(context, entries)
  const leaks = await findLeaks(context, [...described.values()])
  const byObject = Map.groupBy(decoded.changes, ({ object }) => object)
  let added = 0
  const newColumns: string[] = []
  const notices: SynclineError[] = []
  let loaded = 0
  for (const [name, metadata] of described) {
    if (held.has(name)) continue
    const told = byObject.get(name) ?? []
    try {
      refuseLeak(leaks, name)
      const found = await loadAndFetch(context, metadata, told)
      added += found.added
      newColumns.push(...found.newColumns.map((column) => `${name}.${column}`))
      if (found.notice !== null) notices.push(found.notice)
      loaded += told.length
    } catch (error) {
      if (context.signal.aborted) throw error
      context.doubts.listAgain()
      held.set(name, error)
    }
  }
  if (held.size === context.objects.length) throwFirst(held)
  await keepUnread(context, decoded.unreadable)
  const passed = loaded - added + decoded.irrelevant
  const unreadable = decoded.unreadable.length
  return { added, passed, unreadable, newColumns, notices, held }
}

/** Waiting for metadata is no error. */
function throwFirst(held: ReadonlyMap<string, unknown>): void {
  const errors = [...held.values()].filter((why): boolean => why !== null)
  const [error] = errors
  if (errors.length > 0) throw error
}

/** Gives the number of changes that the log did not hold, and columns that nobody had told of. */
async function loadAndFetch(
  context: EventContext,
  metadata: SourceObject,
  told: readonly Change[],
): Promise<Pick<LoadedObject, 'added' | 'newColumns' | 'notice'>> {
  const { canAsk, doubts } = context
  const { name } = metadata
  const fields = chosenFields(context, metadata)
  const loaded = told.length === 0 ? null : await loadObject(context, metadata, fields, told)
  if (canAsk) {
    const keys = [...new Set([...(loaded?.inDoubt ?? []), ...doubts.due(name)])]
    doubts.told(name, keys, await fetchDirty(context, metadata, keys))
  }
  return loaded ?? { added: 0, newColumns: [], notice: null }
}

/** What the metadata lacks was made since it was asked for: then it is asked for once more. */
async function decodeAll(
  context: EventContext,
  entries: readonly StoredEntry[],
): Promise<{
  readonly described: ReadonlyMap<string, SourceObject>
  readonly decoded: Decoded
  readonly held: Map<string, unknown>
}> {
  const first = await describeAll(context)
  const before = decode(context, first.described, entries)
  const renewals = new Map(
    [...before.lacking].map(([name, lacking]) => [name, context.metadata.renew(name, lacking)]),
  )
  const isRenewed = [...renewals.values()].includes('renewed')
  const { described, failed } = isRenewed ? await describeAll(context) : first
  const decoded = isRenewed ? decode(context, described, entries) : before
  const held = new Map([...failed].filter(([name]) => decoded.unknown.has(name)))
  for (const name of before.misread) if (renewals.get(name) === 'later') held.set(name, null)
  return { described, decoded, held }
}

async function describeAll(context: EventContext): Promise<{
  readonly described: ReadonlyMap<string, SourceObject>
  readonly failed: ReadonlyMap<string, unknown>
}> {
  const described = new Map<string, SourceObject>()
  const failed = new Map<string, unknown>()
  for (const name of context.objects) {
    try {
      described.set(name, await describeFailure(context, context.metadata.get(name)))
    } catch (error) {
      if (context.signal.aborted) throw error
      failed.set(name, error)
    }
  }
  const [error] = failed.values()
  if (failed.size > 0 && described.size === 0) throw error
  return { described, failed }
}

function decode(
  context: EventContext,
  objects: ReadonlyMap<string, SourceObject>,
  entries: readonly StoredEntry[],
): Decoded {
  const known = new Map(
    [...objects].map(([name, { fields }]) => [name, new Set(fields.map((field) => field.name))]),
  )
  const changes: Change[] = []
  const unreadable: Unreadable[] = []
  const unknown = new Set<string>()
  const lacking = new Map<string, ReadonlySet<string>>()
  const misread = new Set<string>()
  let irrelevant = 0
  for (const entry of entries) {
    for (const event of context.events.decode(entry.body, objects)) {
      const refusal = refusalOf(context, event, entry)
      if (refusal !== null) unreadable.push({ entry, refusal })
      else if (event.state === 'change') {
        const { change } = event
        const { object } = change
        const lack = lackOf(event, known)
        changes.push(change)
        if (lack.size > 0) lacking.set(object, lack.union(lacking.get(object) ?? none))
        if (event.unforeseen !== undefined || [...lack].some(isOpaque)) misread.add(object)
      } else {
        irrelevant += 1
        if (event.state === 'irrelevant' && event.object !== undefined) unknown.add(event.object)
      }
    }
  }
  return { changes, unreadable, irrelevant, unknown, lacking, misread }
}

const none: ReadonlySet<string> = new Set()

/** What the event names and its object's metadata does not; `known` has the fields of each object. */
function lackOf(
  { change, unforeseen = [] }: DecodedEvent & { readonly state: 'change' },
  known: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const fields = new Set(change.fields.keys()).difference(known.get(change.object) ?? none)
  return fields.union(new Set(unforeseen))
}

/** Bytes. PostgreSQL finds changes by an index, which takes no text much longer than this. */
const longestId = 2_000

/** Why the event is kept for a person to look at; null for one that is understood. */
export function refusalOf(
  { account, dialect }: Pick<EventContext, 'account' | 'dialect'>,
  event: DecodedEvent,
  { receivedAt }: Pick<StoredEntry, 'receivedAt'>,
): EventRefusal | null {
  if (event.state === 'unreadable') return event
  if (event.state !== 'change') return null
  if (event.account !== undefined && event.account !== account) {
    return {
      reason: `it is not of account ${account}, which this history is of`,
      word: event.account,
    }
  }
  const { eventAt, fields, id, key, mergedInto } = event.change
  if (isFarAhead(eventAt, receivedAt)) {
    return { reason: 'its time is more than a day after it was received' }
  }
  const isHeld = (text: string): boolean => isHeldAsText(dialect, text)
  const ids = [id, key, mergedInto ?? '']
  if (!ids.every(isHeld)) {
    return {
      reason: 'the id of the event or of the record is a text that the warehouse can not hold',
    }
  }
  if (ids.some((text) => Buffer.byteLength(text) > longestId)) {
    return { reason: `the id of the event or of the record is longer than ${longestId} bytes` }
  }
  // Its column would be remembered under another name, or not at all.
  return fields.keys().every(isHeld)
    ? null
    : { reason: 'the name of a field is a text that the warehouse can not hold' }
}

async function keepUnread(context: EventContext, unreadable: readonly Unreadable[]): Promise<void> {
  const { dialect, journal, shared, sync, warehouse } = context
  const kept: Statement[] = []
  for (const one of unreadable) {
    if (!(await isStillThere(journal, one.entry))) continue
    kept.push(...putUnread(dialect, shared, sync.name, keptUnread(context, one.entry, one.refusal)))
  }
  if (kept.length === 0) return
  await warehouse.session((session) => session.execute([fenceStatement(context), ...kept]))
}

/**
 * Entries were read before the sync's lease was had. What was erased in between is not brought back, and what another process
 * has loaded and dropped from the journal, that one has kept.
 */
async function isStillThere(
  journal: Pick<Journal, 'read'>,
  { connection, position }: StoredEntry,
): Promise<boolean> {
  const [found] = await journal.read(position - 1, { entries: 1, bytes: 1 })
  return found?.position === position && found.connection === connection
}
