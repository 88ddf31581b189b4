/**
 * A full read of one object: every page into the warehouse, there compared with what is known, and what differs
 * into the log. What the read did not meet is asked for by its id before it counts as deleted (promise 6), and
 * a read that was cut off has not happened.
 */
import type { Fetched, RecordPage, SourceObject } from '../../connector/source.ts'
import { fieldUse } from '../../core/change/choose-fields.ts'
import {
  type ComparedRead,
  countAbsent,
  countDifferences,
  listAbsent,
  stageDifferences,
} from '../../core/history/comparison.ts'
import { createRead, createStaging, dropScratch } from '../../core/history/create.ts'
import type { PinnableField } from '../../core/history/pin.ts'
import { allowedRows } from '../../core/plan/guards.ts'
import { instant } from '../instant.ts'
import { describeFailure } from '../failures.ts'
import { foldStaged } from '../load-changes.ts'
import { fenceStatement } from '../working-schema.ts'
import type { PullContext } from './context.ts'
import { driftOf } from './drift.ts'
import { pullErrors } from './errors.ts'
import { Intake } from './intake.ts'
import { knownObject, prepareObject, type PulledObject } from './prepare-object.ts'
import type { ObjectReport } from './pull.ts'
import { findingOf, findingOfGone } from './read-row.ts'

/** Keys that are asked for at once; no CRM takes more in one request. */
const keysPerFetch = 100

export async function readObject(
  context: PullContext,
  metadata: SourceObject,
): Promise<ObjectReport> {
  const { dialect, warehouse } = context
  const fields = chosenFields(context, metadata)
  const { known, prepared } = await warehouse.session(async (session) => {
    const before = await knownObject(context, session, metadata)
    const object = await prepareObject(context, session, before, fields)
    await session.execute(createRead(dialect, object.tables, object.pins))
    return { known: before.pins.length, prepared: object }
  })
  const intake = new Intake(context, prepared, metadata.resolution)
  try {
    const { read, startedAt } = await readPages(context, metadata, intake)
    const withheld =
      startedAt === null ? 0 : await askForAbsent(context, metadata, intake, startedAt)
    return await concludeRead(context, intake.object(), known, { read, withheld })
  } catch (error) {
    // People's data is not left lying about; why the read ended matters more than whether this worked.
    await warehouse
      .session((session) => session.execute(dropScratch(dialect, prepared.tables)))
      .catch(() => undefined)
    throw error
  }
}

/** Fields that are hashed are texts, whatever they were. */
function chosenFields(
  { sync }: PullContext,
  { name, fields }: SourceObject,
): readonly PinnableField[] {
  const useOf = fieldUse(name, sync.fields)
  return fields.flatMap((field) => {
    const use = useOf(field.name)
    if (use === 'left') return []
    return use === 'hashed' ? [{ ...field, kind: 'text' as const }] : [field]
  })
}

async function readPages(
  context: PullContext,
  metadata: SourceObject,
  intake: Intake,
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

/** Gives the number of absent records that the guard keeps from being asked for, and so from being deleted. */
async function askForAbsent(
  context: PullContext,
  metadata: SourceObject,
  intake: Intake,
  startedAt: string,
): Promise<number> {
  const { force, sync, warehouse } = context
  const compared = comparison(context, intake.object())
  const [counts] = await warehouse.session((session) =>
    session.query(countAbsent(compared, startedAt)),
  )
  const [open, absent] = (counts ?? []).map(Number)
  if (open === undefined || absent === undefined || absent === 0) return 0
  if (!force && absent > allowedRows(sync.maxDeletes, open)) return absent
  const keys = await warehouse.session(async (session) => {
    const rows = await session.query(listAbsent(compared, startedAt))
    return rows.map(([key]) => key ?? '')
  })
  for (let from = 0; from < keys.length; from += keysPerFetch) {
    await askFor(context, metadata, intake, keys.slice(from, from + keysPerFetch))
  }
  await intake.flush()
  return 0
}

async function askFor(
  context: PullContext,
  metadata: SourceObject,
  intake: Intake,
  keys: readonly string[],
): Promise<void> {
  const { reader, signal } = context
  const { records, askedAt }: Fetched = await describeFailure(
    context,
    reader.fetch(metadata, keys, { signal }),
  )
  const findings = keys.flatMap((key) => {
    const found = records.get(key)
    // What was asked for and not told of stays as it is known.
    if (found === undefined) return []
    return found.state === 'found'
      ? [findingOf(found.record, askedAt)]
      : [findingOfGone(key, found.mergedInto, askedAt)]
  })
  await intake.add(findings)
}

function comparison(context: PullContext, { tables, pins }: PulledObject): ComparedRead {
  const { clock, dialect, kind, runId } = context
  return {
    dialect,
    tables,
    fields: pins,
    id: runId,
    origin: kind === 'reconcile' ? 'reconcile' : 'read',
    loadedAt: instant(clock.now()),
  }
}

/** Compares, and takes what differs into the history; a dry run only counts it. */
async function concludeRead(
  context: PullContext,
  object: PulledObject,
  knownPins: number,
  { read, withheld }: { readonly read: number; readonly withheld: number },
): Promise<ObjectReport> {
  const { dialect, dryRun, lease, sync, warehouse } = context
  const { tables, pins } = object
  const compared = comparison(context, object)
  const { counts, added } = await warehouse.session(async (session) => {
    await session.execute([...createStaging(dialect, tables, pins), stageDifferences(compared)])
    const rows = await session.query(countDifferences(compared))
    const fence = [fenceStatement({ ...context, lease })]
    const target = { dialect, tables, fields: pins, form: sync.history.form, fence }
    const folded = dryRun ? null : await foldStaged(session, target)
    if (folded === null) await session.execute(dropScratch(dialect, tables))
    return { counts: rows, added: folded?.added ?? 0 }
  })
  context.progress({ at: 'loaded', object: object.object.name, changes: added })
  return {
    object: object.object.name,
    read,
    added,
    drift: driftOf(counts, pins, withheld),
    newColumns: pins
      .slice(knownPins)
      .map(({ name, field, nativeType }) => ({ column: name, field, nativeType })),
  }
}

/** What a guard withheld, as the error that a person decides about; null for nothing. */
export function refusalOf(
  { sync }: PullContext,
  reports: readonly ObjectReport[],
): ReturnType<typeof pullErrors.guard> | null {
  const withheld = reports.filter(({ drift }) => drift.withheld > 0)
  if (withheld.length === 0) return null
  const told = withheld.map(
    ({ object, drift }) => `${drift.withheld} of ${object} were absent from the read`,
  )
  return pullErrors.guard({
    message: `Sync ${sync.name}: ${told.join(', ')}, more than guards.max_deletes allows to be deleted.`,
    place: sync.place,
  })
}
