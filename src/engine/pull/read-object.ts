/**
 * A full read of one object: every page into the warehouse, there compared with what is known, and what differs
 * into the log. A read that was cut off has not happened.
 */
import type { RecordPage, SourceObject } from '../../connector/source.ts'
import { createRead } from '../../core/history/create.ts'
import { missingPins } from '../../core/history/pin.ts'
import { describeFailure } from '../failures.ts'
import { askForAbsent } from './absent.ts'
import { chosenFields } from './chosen-fields.ts'
import { type ComparedContext, concludeRead, dropRead } from './conclude-read.ts'
import type { PullContext } from './context.ts'
import { noDrift } from './drift.ts'
import { Intake, type Taking } from './intake.ts'
import { knownObject, prepareObject, type PulledObject } from './prepare-object.ts'
import type { NewColumn, ObjectReport } from './pull.ts'
import { findingOf } from './read-row.ts'

export type ReadContext = PullContext & ComparedContext

export async function readObject(
  context: ReadContext,
  metadata: SourceObject,
): Promise<ObjectReport> {
  const { dryRun, warehouse } = context
  const known = await warehouse.session((session) => knownObject(context, session, metadata))
  if (dryRun && !known.isOurs) return countRecords(context, metadata)
  const prepared = await prepare(context, metadata, known)
  const intake = new Intake(context, prepared, metadata.resolution)
  try {
    const { read, startedAt } = await readPages(context, metadata, intake)
    const withheld =
      startedAt === null ? 0 : await askForAbsent(context, metadata, intake, startedAt)
    const { added, drift } = await concludeRead(context, intake.object())
    const newColumns = columnsSince(known, intake.object())
    return { object: metadata.name, read, added, drift: { ...drift, withheld }, newColumns }
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
): Promise<PulledObject> {
  const { dialect, dryRun, warehouse } = context
  return warehouse.session(async (session) => {
    const fields = chosenFields(context, metadata)
    const object = dryRun ? known : await prepareObject(context, session, known, fields)
    await session.execute(createRead(dialect, object.tables, object.pins))
    return object
  })
}

/** Before the first pull there is nothing to compare with: everything would be new. */
async function countRecords(context: ReadContext, metadata: SourceObject): Promise<ObjectReport> {
  const { read } = await readPages(context, metadata, {
    add: () => Promise.resolve(),
    flush: () => Promise.resolve(),
  })
  const added = missingPins(context.dialect, [], chosenFields(context, metadata))
  const newColumns = added.map(({ name, field, nativeType }) => ({
    column: name,
    field,
    nativeType,
  }))
  const drift = { ...noDrift, created: read }
  return { object: metadata.name, read, added: 0, drift, newColumns }
}

function columnsSince(known: PulledObject, now: PulledObject): readonly NewColumn[] {
  return now.pins
    .slice(known.pins.length)
    .map(({ name, field, nativeType }) => ({ column: name, field, nativeType }))
}

async function readPages(
  context: PullContext,
  metadata: SourceObject,
  intake: Taking,
): Promise<{ readonly read: number; readonly startedAt: string | null }> {
  const { progress, signal } = context
  let read = 0
  let startedAt: string | null = null
  const ask = (after: string | null): Promise<RecordPage> =>
    describeFailure(context, context.reader.list(metadata, { after, since: null, signal }))
  let page: RecordPage | null = await ask(null)
  while (page !== null) {
    const { askedAt, next, records }: RecordPage = page
    startedAt ??= askedAt
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
