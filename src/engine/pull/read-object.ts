/**
 * A read of one object, of everything or of what changed since the last one: every page into the warehouse, there compared with what is known, and what differs
 * into the log. A read that was cut off has not happened.
 */
import type { RecordPage, SourceObject } from '../../connector/source.ts'
import { createRead } from '../../core/history/create.ts'
import { missingPins } from '../../core/history/pin.ts'
import { setPosition } from '../../core/history/pulled-objects.ts'
import { describeFailure } from '../failures.ts'
import { askForAbsent, type ReadPages } from './absent.ts'
import { chosenFields } from './chosen-fields.ts'
import { type ComparedContext, concludeRead, dropRead } from './conclude-read.ts'
import type { PullContext } from './context.ts'
import { noDrift } from './drift.ts'
import { Intake, type Taking } from './intake.ts'
import { knownObject, prepareObject, type PulledObject } from './prepare-object.ts'
import type { NewColumn, ObjectReport } from './pull.ts'
import { positionAfter, readFrom } from './read-from.ts'
import { findingOf } from './read-row.ts'
import { readTombstones, type Tombstones } from './tombstones.ts'

export type ReadContext = PullContext & ComparedContext

export async function readObject(
  context: ReadContext,
  metadata: SourceObject,
): Promise<ObjectReport> {
  const { dryRun, warehouse } = context
  const known = await warehouse.session((session) => knownObject(context, session, metadata))
  const from = readFrom(context, known)
  if (dryRun && !known.isOurs) return countRecords(context, metadata)
  const { prepared, tombstones } = await prepare(context, metadata, known)
  // Of a column that is new nobody knows what records hold that did not change since.
  const since = prepared.pins.length > known.pins.length ? null : from.since
  const intake = new Intake(context, prepared, metadata.resolution, tombstones)
  try {
    const pages = await readPages(context, metadata, since, intake)
    const { read, startedAt } = pages
    const withheld = since === null ? await askForAbsent(context, metadata, intake, pages) : 0
    const position = positionAfter({ ...from, since }, startedAt, withheld === 0)
    const owner = { sync: context.sync.name, object: metadata.name }
    const moved = setPosition(context.dialect, context.shared.objects, owner, position)
    const { added, drift } = await concludeRead(context, intake.object(), [moved])
    const newColumns = columnsSince(known, intake.object())
    const { name: object } = metadata
    const told = { object, read, since, added, erased: intake.erased(), newColumns }
    return { ...told, drift: { ...drift, withheld } }
  } catch (error) {
    await dropRead(context, prepared)
    throw error
  }
}

/** A dry run makes no columns: fields that have none yet are left out of its comparison. */
function prepare(
  context: ReadContext,
  metadata: SourceObject,
  known: PulledObject,
): Promise<{ readonly prepared: PulledObject; readonly tombstones: Tombstones }> {
  const { dialect, dryRun, warehouse } = context
  return warehouse.session(async (session) => {
    const fields = chosenFields(context, metadata)
    const object = dryRun ? known : await prepareObject(context, session, known, fields)
    const tombstones = await readTombstones(context, session, metadata.name)
    await session.execute(createRead(dialect, object.tables, object.pins))
    return { prepared: object, tombstones }
  })
}

/** Before the first pull there is nothing to compare with: everything would be new. */
async function countRecords(context: ReadContext, metadata: SourceObject): Promise<ObjectReport> {
  const tombstones = await context.warehouse.session((session) =>
    readTombstones(context, session, metadata.name),
  )
  let erased = 0
  const { read } = await readPages(context, metadata, null, {
    add: (findings) => {
      erased += findings.filter(({ key }) => tombstones.has(key)).length
      return Promise.resolve()
    },
    flush: () => Promise.resolve(),
  })
  const added = missingPins(context.dialect, [], chosenFields(context, metadata))
  const newColumns = added.map(({ name, field, nativeType }) => ({
    column: name,
    field,
    nativeType,
  }))
  const drift = { ...noDrift, created: read - erased }
  return { object: metadata.name, read, since: null, added: 0, erased, drift, newColumns }
}

function columnsSince(known: PulledObject, now: PulledObject): readonly NewColumn[] {
  return now.pins
    .slice(known.pins.length)
    .map(({ name, field, nativeType }) => ({ column: name, field, nativeType }))
}

async function readPages(
  context: PullContext,
  metadata: SourceObject,
  since: string | null,
  intake: Taking,
): Promise<ReadPages> {
  const { progress, signal } = context
  let read = 0
  const ask = (after: string | null): Promise<RecordPage> =>
    describeFailure(context, context.reader.list(metadata, { after, since, signal }))
  const first = await ask(null)
  const startedAt = first.askedAt
  let page: RecordPage | null = first
  while (page !== null) {
    const { askedAt, next, records }: RecordPage = page
    const following: Promise<RecordPage> | null = next === null ? null : ask(next)
    // Told when its turn comes.
    following?.catch(() => undefined)
    try {
      await intake.add(records.map((record) => findingOf(record, askedAt)))
    } finally {
      page = await following
    }
    read += records.length
    progress({ at: 'reading', object: metadata.name, records: read })
  }
  await intake.flush()
  return { read, startedAt }
}
