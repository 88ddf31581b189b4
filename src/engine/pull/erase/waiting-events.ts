/**
 * What the journal holds for a pull that no load has taken yet, read for the sake of an erasure. No CRM is asked for metadata:
 * without it values are as they were sent, which is what a person is sought by.
 */
import type { DecodedEvent, ReadableObject, WebhookEvents } from '../../../connector/source.ts'
import { holdsText } from '../../../core/change/holds-text.ts'
import type { Journal, StoredEntry } from '../../../journal/journal.ts'
import type { Change } from '../../../model/change.ts'
import type { PullSync } from '../../../model/sync.ts'
import type { Warehouse } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { refusalOf } from '../events/load-events.ts'
import { mentions, textOfBytes } from './mentions.ts'

/** Where webhooks wait for the sync, and who else waits for them. */
export interface Inbox {
  readonly journal: Pick<Journal, 'read' | 'erase'>
  /** Null where the CRM sends none that are understood. */
  readonly events: WebhookEvents | null
  /** The other pulls of the connection. */
  readonly others: readonly { readonly sync: PullSync; readonly warehouse: Warehouse }[]
}

export interface WaitingEvents {
  readonly position: number
  readonly body: string
  /** Of any object that there is; what tells of no record is not among them. */
  readonly changes: readonly Change[]
}

const perPage = { entries: 1_000, bytes: 8 * 1024 * 1024 }

export async function* waitingEvents(
  { ledger, signal, sync, dialect }: LoadContext,
  { journal, events }: Pick<Inbox, 'journal' | 'events'>,
  objects: readonly ReadableObject[],
): AsyncGenerator<WaitingEvents> {
  const bare = new Map(
    objects.map((object) => [
      object.name,
      { ...object, fields: [], resolution: 'second' } as const,
    ]),
  )
  const { accountId } = await ledger.sync(sync.name)
  const changeOf = (event: DecodedEvent, entry: StoredEntry): readonly Change[] => {
    if (event.state !== 'change') return []
    // Before its first load a sync is of no account, and may become one of any.
    const account = accountId ?? event.account ?? ''
    return refusalOf({ account, dialect }, event, entry) === null ? [event.change] : []
  }
  for await (const entry of everything(journal, signal)) {
    const { body, connection, position } = entry
    if (connection !== sync.crm) continue
    const told = events?.decode(body, bare) ?? []
    const changes = told.flatMap((event) => changeOf(event, entry))
    yield { position, body: textOfBytes(body), changes }
  }
}

async function* everything(
  journal: Pick<Journal, 'read'>,
  signal: AbortSignal,
): AsyncGenerator<StoredEntry> {
  for (let after = 0; ; ) {
    signal.throwIfAborted()
    const page = await journal.read(after, perPage)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.position
  }
}

/** Ids of records that waiting webhooks tell of. */
export interface WaitingRecords {
  /** Of which one says that they hold the value. */
  readonly holding: ReadonlySet<string>
  /** Others, about which one has the value anywhere in it. */
  readonly mentioning: ReadonlySet<string>
}

/** By object that the sync pulls. A field that it leaves out tells a person as well: its value waits, too. */
export async function findWaiting(
  context: LoadContext,
  inbox: Inbox,
  objects: readonly ReadableObject[],
  value: string,
): Promise<ReadonlyMap<string, WaitingRecords>> {
  const found = new Map(
    context.sync.objects.map((name) => [
      name,
      { holding: new Set<string>(), mentioning: new Set<string>() },
    ]),
  )
  for await (const { body, changes } of waitingEvents(context, inbox, objects)) {
    if (!mentions(body, value)) continue
    for (const { fields, key, object } of changes) {
      const isHeld = [...fields.values()].some((one) => one !== null && holdsText(one, value))
      const records = found.get(object)
      if (isHeld) records?.holding.add(key)
      else records?.mentioning.add(key)
    }
  }
  return found
}
