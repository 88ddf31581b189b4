/** Takes changes of one object into its history, in batches that are each all or nothing. */
import { fieldUse } from '../../../core/change/choose-fields.ts'
import { asDated } from '../../../core/history/columns/as-dated.ts'
import { logRow } from '../../../core/history/log/log-row.ts'
import { roomFor } from '../../../core/history/columns/more-fields.ts'
import { type PinnableField, pinsByField } from '../../../core/history/columns/pin.ts'
import { missingPins } from '../../../core/history/columns/choose-pins.ts'
import { putEvent } from '../../../core/history/remembered/pulled-events.ts'
import { isKeptAs, wantedKeeping } from '../../../core/history/remembered/pulled-objects.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import type { ReadableObject } from '../../../connector/source.ts'
import type { Change } from '../../../model/change.ts'
import type { SynclineError } from '../../../model/error.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { instant } from '../../instant.ts'
import { type LoadCounts, loadChanges } from './load-changes.ts'
import type { LoadContext } from '../context.ts'
import { crowdedNotice } from './crowded.ts'
import { droppedTables } from './dropped-tables.ts'
import { loadTarget } from './load-target.ts'
import { type Placed, placeAll } from './place-all.ts'
import { pinned, prepareObject } from './prepare-object.ts'
import { knownObject, type PulledObject } from './pulled-object.ts'
import { keptFields } from './read-row.ts'
import { readTombstones } from './tombstones.ts'

export interface LoadedObject extends Pick<LoadCounts, 'added' | 'inDoubt'> {
  /** Changes of erased records, which were left out. */
  readonly erased: number
  /** Columns for what the metadata does not foresee: fields that it lacks, values of another kind. */
  readonly newColumns: readonly string[]
  /** That from now on some fields have no column of their own; null where all have one, or it was told before. */
  readonly notice: SynclineError | null
}

/**
 * Gives how many of them the log did not hold, and the keys that they left in doubt. `fields` are those of the CRM's
 * metadata, null where that is not known: columns are named after them, and not after the keys in the changes.
 */
export function loadObject(
  context: LoadContext,
  object: ReadableObject,
  fields: readonly PinnableField[] | null,
  changes: readonly Change[],
): Promise<LoadedObject> {
  return context.warehouse.session(async (session) => {
    const known = await knownObject(context, session, object)
    const prepared = isReady(context, known, fields ?? [])
      ? known
      : await prepareObject(context, session, known, fields ?? [])
    const foreseen = fields === null ? null : new Set(fields.map(({ name }) => name))
    try {
      return await loadInto(context, session, prepared, { changes, foreseen })
    } catch (error) {
      // Whether its tables are there is not asked before each load: without them it fails.
      await droppedTables(context, session, prepared, 'refuse')
      throw error
    }
  })
}

async function loadInto(
  context: LoadContext,
  session: Session,
  prepared: PulledObject,
  {
    changes,
    foreseen,
  }: { readonly changes: readonly Change[]; readonly foreseen: ReadonlySet<string> | null },
): Promise<LoadedObject> {
  const tombstones = await readTombstones(context, session, prepared.object.name)
  const wanted = changes.filter(({ key }) => !tombstones.has(key))
  const kept = wanted.map((change) => keptOf(context, prepared, change))
  const placed = await placeAll(
    context,
    prepared,
    kept,
    (grown, added) => pinned(context, session, grown, added),
    (pins) => roomFor(pins, foreseen),
  )
  const loaded = await load(context, session, placed, kept)
  const unforeseen = placed.object.pins.slice(prepared.pins.length)
  const newColumns = unforeseen.map(({ name }) => name)
  const notice = crowdedNotice(context.sync, prepared.object.name, unforeseen)
  return { ...loaded, erased: changes.length - wanted.length, newColumns, notice }
}

/** Whether the tables are as the sync says, with the columns that the fields need. */
function isReady(
  { dialect, sync }: LoadContext,
  { isOurs, keeping, object, pins }: PulledObject,
  fields: readonly PinnableField[],
): boolean {
  const isKept = isOurs && isKeptAs(keeping, wantedKeeping(sync, object))
  return isKept && missingPins(dialect, pins, fields).length === 0
}

/** Without what the sync leaves out, and with dates as what they are. */
function keptOf({ sync }: LoadContext, { object, pins }: PulledObject, change: Change): Change {
  const columns = pinsByField(pins)
  const { hashSecret } = sync.fields
  const kept = keptFields(change.fields, fieldUse(object.name, sync.fields), hashSecret)
  const dated = [...kept].map(
    ([name, value]) =>
      [name, value === null ? null : asDated(value, columns.get(name) ?? [])] as const,
  )
  return { ...change, fields: new Map(dated) }
}

async function load(
  context: LoadContext,
  session: Session,
  { object, texts }: Placed,
  changes: readonly Change[],
): Promise<LoadCounts> {
  const loadedAt = instant(context.clock.now())
  const rows = changes.map((change, index) => logRow(change, texts[index] ?? [], loadedAt))
  const arrived = lastEvent(context, object, changes, loadedAt)
  return loadChanges(session, loadTarget(context, object, arrived), [rows])
}

/** What shows how far webhooks have come; nothing for changes of another origin. */
function lastEvent(
  { dialect, shared, sync }: LoadContext,
  { object }: PulledObject,
  changes: readonly Change[],
  loadedAt: string,
): readonly Statement[] {
  const told = changes.filter(({ origin }) => origin === 'webhook')
  const toldAt = told
    .map(({ observedAt }) => observedAt)
    .toSorted()
    .at(-1)
  if (toldAt === undefined) return []
  const owner = { sync: sync.name, object: object.name }
  return putEvent(dialect, shared.events, owner, { toldAt, loadedAt })
}
