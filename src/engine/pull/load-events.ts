/**
 * From the journal into the history: bodies of webhooks become changes, and what they leave in doubt is fetched.
 * A change has the same id each time it is read, so that entries may be loaded again (promise 3); whoever calls
 * drops them from the journal only after this (promise 1).
 */
import type { CrmReader, SourceObject, WebhookEvents } from '../../connector/source.ts'
import { putUnread, type UnreadEvent } from '../../core/sql/unread-events.ts'
import type { StoredEntry } from '../../journal/journal.ts'
import type { Change } from '../../model/change.ts'
import { instant } from '../instant.ts'
import { fenceStatement } from '../working-schema.ts'
import { chosenFields } from './chosen-fields.ts'
import type { LoadContext } from './context.ts'
import { fetchDirty } from './dirty.ts'
import { findLeaks, refuseLeak } from './leaks.ts'
import { type LoadedObject, loadObject } from './load-object.ts'
import type { MetadataBook } from './metadata-book.ts'

export interface EventContext extends LoadContext {
  readonly reader: CrmReader
  readonly events: WebhookEvents
  readonly metadata: MetadataBook
}

export interface EventCounts {
  /** Changes that the log did not hold. */
  readonly added: number
  /** Those that it held, and events of nothing that is pulled, or of records that were erased. */
  readonly passed: number
  readonly unreadable: number
  /** Columns for what the CRM's metadata does not foresee, as `object.column`. */
  readonly newColumns: readonly string[]
  /** Records that are in doubt still, by object, and have to be asked for again a while later. */
  readonly inDoubt: InDoubt
}

/** Keys by object. */
export type InDoubt = ReadonlyMap<string, readonly string[]>

const none: LoadedObject = { added: 0, inDoubt: [], erased: 0, newColumns: [] }

interface Decoded {
  readonly changes: readonly Change[]
  readonly unreadable: readonly UnreadEvent[]
  /** Events of nothing that is pulled. */
  readonly irrelevant: number
}

/** All entries are of the sync's connection; `doubted` is what an earlier load left in doubt. */
export async function loadEvents(
  context: EventContext,
  entries: readonly StoredEntry[],
  doubted: InDoubt,
): Promise<EventCounts> {
  const { objects, decoded } = await decodeAll(context, entries)
  const leaks = await findLeaks(context, [...objects.values()])
  for (const name of objects.keys()) refuseLeak(leaks, name)
  const { changes, unreadable, irrelevant } = decoded
  let added = 0
  const newColumns: string[] = []
  const inDoubt = new Map<string, readonly string[]>()
  const byObject = Map.groupBy(changes, ({ object }) => object)
  for (const [name, metadata] of objects) {
    const told = byObject.get(name) ?? []
    const fields = chosenFields(context, metadata)
    const loaded = told.length === 0 ? none : await loadObject(context, metadata, fields, told)
    added += loaded.added
    newColumns.push(...loaded.newColumns.map((column) => `${name}.${column}`))
    const keys = [...new Set([...(doubted.get(name) ?? []), ...loaded.inDoubt])]
    const left = await fetchDirty(context, metadata, keys)
    if (left.length > 0) inDoubt.set(name, left)
  }
  await keepUnread(context, unreadable)
  const passed = changes.length - added + irrelevant
  return { added, passed, unreadable: unreadable.length, newColumns, inDoubt }
}

/** A field that the metadata lacks was made since it was asked for: then it is asked for once more. */
async function decodeAll(
  { events, metadata, sync }: EventContext,
  entries: readonly StoredEntry[],
): Promise<{ readonly objects: ReadonlyMap<string, SourceObject>; readonly decoded: Decoded }> {
  const objects = await metadata.all(sync.objects)
  const decoded = decode(events, objects, entries)
  const renewed = [...unforeseen(decoded.changes, objects)].filter((name) => metadata.renew(name))
  if (renewed.length === 0) return { objects, decoded }
  const newer = await metadata.all(sync.objects)
  return { objects: newer, decoded: decode(events, newer, entries) }
}

function decode(
  events: WebhookEvents,
  objects: ReadonlyMap<string, SourceObject>,
  entries: readonly StoredEntry[],
): Decoded {
  const changes: Change[] = []
  const unreadable: UnreadEvent[] = []
  let irrelevant = 0
  for (const entry of entries) {
    for (const event of events.decode(entry.body, objects)) {
      if (event.state === 'change') changes.push(event.change)
      else if (event.state === 'unreadable') unreadable.push(unreadOf(entry, event.reason))
      else irrelevant += 1
    }
  }
  return { changes, unreadable, irrelevant }
}

function unforeseen(
  changes: readonly Change[],
  objects: ReadonlyMap<string, SourceObject>,
): ReadonlySet<string> {
  const known = new Map(
    [...objects].map(([name, { fields }]) => [name, new Set(fields.map((field) => field.name))]),
  )
  const isForeseen = ({ object, fields }: Change): boolean =>
    [...fields.keys()].every((field) => known.get(object)?.has(field) === true)
  return new Set(changes.filter((change) => !isForeseen(change)).map(({ object }) => object))
}

function unreadOf(
  { connection, position, receivedAt, body }: StoredEntry,
  reason: string,
): UnreadEvent {
  const told = { connection, position, receivedAt: instant(receivedAt), reason }
  const text = textOf(body)
  if (text !== null) return { ...told, encoding: 'utf-8', body: text }
  return { ...told, encoding: 'base64', body: Buffer.from(body).toString('base64') }
}

/** Null for what is no text that every warehouse can hold. */
function textOf(body: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

async function keepUnread(
  context: EventContext,
  unreadable: readonly UnreadEvent[],
): Promise<void> {
  if (unreadable.length === 0) return
  const { dialect, shared, sync, warehouse } = context
  const kept = unreadable.flatMap((event) => putUnread(dialect, shared, sync.name, event))
  await warehouse.session((session) => session.execute([fenceStatement(context), ...kept]))
}
