/** What a read did not meet is asked for by its id before it counts as deleted (promise 6). */
import type { Fetched, SourceObject } from '../../../connector/source.ts'
import { countAbsent, listAbsent } from '../../../core/history/load/comparison.ts'
import { allowedRows } from '../../../core/plan/guards.ts'
import { describeFailure } from '../failures.ts'
import { comparison } from './conclude-read.ts'
import type { PullContext, ReadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import type { Intake, Taking } from './intake.ts'
import { mostWithheldKeys, type ObjectReport } from '../pull.ts'
import type { Row } from '../../../model/value.ts'
import type { ReadPages } from './read-pages.ts'
import { findingOf, findingOfGone } from '../history/read-row.ts'

/** Keys that are asked for at once; no CRM takes more in one request. */
const keysPerFetch = 100

/** Records that a guard keeps from being deleted, with the first of their keys. */
export interface Withheld {
  readonly records: number
  readonly keys: readonly string[]
}

export const nothingWithheld: Withheld = { records: 0, keys: [] }

/** Gives the absent records that the guard keeps from being asked for, and so from being deleted. */
export async function askForAbsent(
  context: ReadContext,
  metadata: SourceObject,
  intake: Intake,
  { read, startedAt }: ReadPages,
): Promise<Withheld> {
  const { force, sync, warehouse } = context
  const compared = comparison(context, intake.object())
  const [counts] = await warehouse.session((session) =>
    session.query(countAbsent(compared, startedAt)),
  )
  const [open, absent] = (counts ?? []).map(Number)
  if (open === undefined || absent === undefined || absent === 0) return nothingWithheld
  // Before the first whole read, webhooks may have told of few records out of many.
  const there = Math.max(open, read)
  const isWithheld = !force && absent > allowedRows(sync.maxDeletes, there)
  const most = isWithheld ? keysToTell(context) : null
  const keys = await warehouse.session(async (session) =>
    keysIn(await session.query(listAbsent(compared, startedAt, most))),
  )
  if (isWithheld) return { records: absent, keys }
  await askFor(context, metadata, intake, keys)
  return nothingWithheld
}

export function keysToTell({ withheldKeys }: PullContext): number {
  return withheldKeys ?? mostWithheldKeys
}

/** Of rows `[key]`. */
export function keysIn(rows: readonly Row[]): readonly string[] {
  return rows.map(([key]) => key ?? '')
}

/** Takes in how the records are now. */
export async function askFor(
  context: Pick<PullContext, 'reader' | 'sync' | 'signal'>,
  metadata: SourceObject,
  intake: Taking,
  keys: readonly string[],
): Promise<void> {
  for (let from = 0; from < keys.length; from += keysPerFetch) {
    await askForSome(context, metadata, intake, keys.slice(from, from + keysPerFetch))
  }
  await intake.flush()
}

async function askForSome(
  context: Pick<PullContext, 'reader' | 'sync' | 'signal'>,
  metadata: SourceObject,
  intake: Taking,
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

/** What a guard withheld, as the error that a person decides about; null for nothing. */
export function refusalOf(
  { sync }: PullContext,
  reports: readonly ObjectReport[],
): ReturnType<typeof pullErrors.guard> | null {
  const withheld = reports.filter(({ drift }) => drift.withheld > 0)
  if (withheld.length === 0) return null
  const told = withheld.map(({ object, drift, since }) => {
    const read = since === null ? 'the read' : 'the last read of everything'
    return `${drift.withheld} of ${object} were absent from ${read}`
  })
  return pullErrors.guard({
    message: `Sync ${sync.name}: ${told.join(', ')}, more than guards.max_deletes allows to be deleted.`,
    place: sync.place,
  })
}
