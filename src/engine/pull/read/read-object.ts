/**
 * A read of one object, of everything, of what changed since the last one, or of what was chosen: every page into the
 * warehouse, there compared with what is known, and what differs into the log. A read that was cut off has not happened.
 */
import type { SourceObject } from '../../../connector/source.ts'
import { createRead } from '../../../core/history/tables/create.ts'
import { missingPins } from '../../../core/history/columns/choose-pins.ts'
import { setPosition, setTried } from '../../../core/history/remembered/pulled-objects.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { askForAbsent, nothingWithheld, type Withheld } from './absent.ts'
import { fenceStatement } from '../../working-schema.ts'
import { chosenFields } from '../chosen-fields.ts'
import { concludeRead, dropRead } from './conclude-read.ts'
import type { ReadContext } from '../context.ts'
import { emptyReport, noDrift } from '../drift.ts'
import { refuseDropped } from '../history/dropped-tables.ts'
import { Intake, type Taking } from './intake.ts'
import { prepareObject } from '../history/prepare-object.ts'
import { knownObject, type PulledObject } from '../history/pulled-object.ts'
import type { NewColumn, ObjectReport } from '../pull.ts'
import { positionAfter, type ReadFrom, readFrom } from './read-from.ts'
import { readPages } from './read-pages.ts'
import { askForReopened } from './reopened.ts'
import { readSelected, withholdTooMany } from './read-selected.ts'
import { readTombstones, type Tombstones } from '../history/tombstones.ts'

export async function readObject(
  context: ReadContext,
  metadata: SourceObject,
): Promise<ObjectReport> {
  const { dryRun, warehouse } = context
  const known = await warehouse.session((session) => knownObject(context, session, metadata))
  if (dryRun && !known.isOurs) return countRecords(context, metadata)
  const { prepared, tombstones } = await prepare(context, metadata, known)
  const intake = new Intake(context, prepared, metadata.resolution, tombstones)
  try {
    const { read, since, withheld, moved } = await takeIn(context, metadata, prepared, intake)
    const { drift, ...counts } = await concludeRead(context, intake, moved)
    const newColumns = columnsSince(known, intake.object())
    const { isRebuilt, wholeOwed } = prepared
    const withheldKeys = withheld.keys
    const wholeFor = context.selection === null ? wholeOwed : null
    const told = { read, since, wholeFor, isRebuilt, erased: intake.erased(), newColumns }
    const found = { ...counts, withheldKeys, drift: { ...drift, withheld: withheld.records } }
    return { ...emptyReport(metadata.name), ...told, ...found }
  } catch (error) {
    await dropRead(context, prepared)
    throw error
  }
}

interface TakenIn extends Pick<ObjectReport, 'read' | 'since'> {
  readonly withheld: Withheld
  /** The position after it, to be written with the rows. */
  readonly moved: readonly Statement[]
}

async function takeIn(
  context: ReadContext,
  metadata: SourceObject,
  prepared: PulledObject,
  intake: Intake,
): Promise<TakenIn> {
  const { selection } = context
  if (selection !== null) {
    const read = await readSelected(context, metadata, selection, intake)
    await intake.settle()
    const byIds = selection.by === 'ids'
    const withheld = byIds ? await withholdTooMany(context, intake.object()) : nothingWithheld
    const since = selection.by === 'time' ? selection.from : null
    // What was chosen says nothing of the rest: the position stays.
    return { read, since, withheld, moved: [] }
  }
  const from = readFrom(context, prepared)
  try {
    return await takeInSince(context, metadata, from, intake)
  } catch (error) {
    await rememberTry(context, metadata, from)
    throw error
  }
}

async function takeInSince(
  context: ReadContext,
  metadata: SourceObject,
  from: ReadFrom,
  intake: Intake,
): Promise<TakenIn> {
  const { dialect, shared, sync } = context
  const { since } = from
  const pages = await readPages(context, metadata, since, intake)
  const { read, startedAt } = pages
  const absent =
    since === null ? await askForAbsent(context, metadata, intake, pages) : nothingWithheld
  await askForReopened(context, metadata, intake)
  await intake.settle()
  const position = positionAfter(from, startedAt, absent.records)
  const owner = { sync: sync.name, object: metadata.name }
  const showed = since === null ? 'whole' : 'changes'
  const moved = setPosition(dialect, shared.objects, owner, position, showed)
  const withheld = { ...absent, records: position.withheld }
  return { read, since, withheld, moved: [moved] }
}

/** A read that a killed process had begun is not remembered, and begun again by the next one. */
async function rememberTry(
  context: ReadContext,
  { name }: SourceObject,
  { triedAt }: ReadFrom,
): Promise<void> {
  const { dialect, shared, sync, warehouse } = context
  if (triedAt === null) return
  const owner = { sync: sync.name, object: name }
  const tried = setTried(dialect, shared.objects, owner, triedAt)
  // Why the read failed is what is told.
  await warehouse
    .session((session) => session.execute([fenceStatement(context), tried]))
    .catch(() => undefined)
}

/** A dry run makes no columns: fields that have none yet are left out of its comparison. */
function prepare(
  context: ReadContext,
  metadata: SourceObject,
  known: PulledObject,
): Promise<{ readonly prepared: PulledObject; readonly tombstones: Tombstones }> {
  const { dialect, dryRun, warehouse } = context
  return warehouse.session(async (session) => {
    if (dryRun) await refuseDropped(context, session, known)
    const object = dryRun ? known : await prepareTables(context, session, metadata, known)
    const tombstones = await readTombstones(context, session, metadata.name)
    await session.execute(createRead(dialect, object.tables, object.pins))
    return { prepared: object, tombstones }
  })
}

function prepareTables(
  context: ReadContext,
  session: Session,
  metadata: SourceObject,
  known: PulledObject,
): Promise<PulledObject> {
  const onDropped = context.force ? 'begin anew' : 'rebuild'
  return prepareObject(context, session, known, chosenFields(context, metadata), onDropped)
}

/** Of a source that can't be asked all that is known was sent, and is in the journal or loaded: null where that is all. */
export async function keepTables(
  context: ReadContext,
  metadata: SourceObject,
): Promise<ObjectReport | null> {
  const { dryRun, warehouse } = context
  const isRebuilt = await warehouse.session(async (session) => {
    const known = await knownObject(context, session, metadata)
    if (!known.isOurs || dryRun) return false
    return (await prepareTables(context, session, metadata, known)).isRebuilt
  })
  return isRebuilt ? { ...emptyReport(metadata.name), isRebuilt } : null
}

/** Before the first pull there is nothing to compare with: everything would be new. */
async function countRecords(context: ReadContext, metadata: SourceObject): Promise<ObjectReport> {
  const tombstones = await context.warehouse.session((session) =>
    readTombstones(context, session, metadata.name),
  )
  let erased = 0
  const counting: Taking = {
    add: (findings) => {
      erased += findings.filter(({ key }) => tombstones.has(key)).length
      return Promise.resolve()
    },
    flush: () => Promise.resolve(),
  }
  const read =
    context.selection === null
      ? (await readPages(context, metadata, null, counting)).read
      : await readSelected(context, metadata, context.selection, counting)
  const added = missingPins(context.dialect, [], chosenFields(context, metadata))
  const newColumns = added.map(({ name, field, nativeType }) => ({
    column: name,
    field,
    nativeType,
  }))
  const drift = { ...noDrift, created: read - erased }
  return { ...emptyReport(metadata.name), read, erased, drift, newColumns }
}

function columnsSince(known: PulledObject, now: PulledObject): readonly NewColumn[] {
  return now.pins
    .slice(known.pins.length)
    .map(({ name, field, nativeType }) => ({ column: name, field, nativeType }))
}
