/**
 * Tables of an object that somebody dropped, and columns of them. Made anew without a word they would be empty, while the
 * position says that all was read. The log holds everything: from it the others are made anew. What is gone with the log stands
 * nowhere else, so that a person has to decide (promise 2); until then nothing is loaded into an object that is half there.
 */
import { namesOf } from '../../../core/history/columns/own-columns.ts'
import { oweWhole } from '../../../core/history/remembered/pulled-objects.ts'
import type { SynclineError } from '../../../model/error.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { fenceStatement } from '../../working-schema.ts'
import type { LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import { named } from './foreign-tables.ts'
import { type KeptTable, keptTables, missingColumns, ownColumns } from './kept-tables.ts'
import type { PulledObject } from './pulled-object.ts'

/** What may be made anew: nothing; versions, from the log; or, by somebody's word, everything, empty. */
export type OnDropped = 'refuse' | 'rebuild' | 'begin anew'

/** What has to be made anew; of `columns`, those of the log are empty from then on, and versions follow it. */
export type Remake = 'nothing' | 'versions' | 'columns' | 'everything'

/** Throws `pull.dropped_tables` or `pull.dropped_columns` for more than may be made anew. */
export async function droppedTables(
  context: LoadContext,
  session: Session,
  known: PulledObject,
  onDropped: OnDropped,
): Promise<Remake> {
  const lost = await lostOf(session, known)
  const remake = remakeOf(lost, onDropped)
  if (remake !== null) return remake
  await oweAfter(context, session, known)
  throw refusal(context, known, lost)
}

/** For who writes nothing, and who found out by a statement that failed. */
export async function refuseDropped(
  context: Pick<LoadContext, 'sync'>,
  session: Session,
  known: PulledObject,
): Promise<void> {
  const lost = await lostOf(session, known)
  if (remakeOf(lost, 'refuse') === null) throw refusal(context, known, lost)
}

interface Lost {
  readonly tables: readonly KeptTable[]
  /** Of tables that are there; those that lack none are not among them. */
  readonly columns: ReadonlyMap<KeptTable, readonly string[]>
}

async function lostOf(session: Session, { isOurs, pins, tables }: PulledObject): Promise<Lost> {
  const dropped: KeptTable[] = []
  const columns = new Map<KeptTable, readonly string[]>()
  for (const which of isOurs ? keptTables : []) {
    const names = namesOf(ownColumns[which], pins)
    const missing = await missingColumns(session, tables[which], names)
    if (missing === null) dropped.push(which)
    else if (missing.length > 0) columns.set(which, missing)
  }
  return { tables: dropped, columns }
}

/** Null for what a person has to decide, or only a backup brings back. */
function remakeOf({ tables, columns }: Lost, onDropped: OnDropped): Remake | null {
  if (tables.length === 0 && columns.size === 0) return 'nothing'
  const isAllGone = tables.length === keptTables.length
  if (tables.includes('changes'))
    return onDropped === 'begin anew' && isAllGone ? 'everything' : null
  const lacksOwn = [...columns].some(([which, names]) =>
    names.some((name) => Object.hasOwn(ownColumns[which], name)),
  )
  if (onDropped === 'refuse' || lacksOwn) return null
  if (!columns.has('changes')) return 'versions'
  return onDropped === 'begin anew' ? 'columns' : null
}

/** Tables that somebody restores are older than the position. */
async function oweAfter(
  context: LoadContext,
  session: Session,
  { object }: PulledObject,
): Promise<void> {
  const { dialect, shared, sync } = context
  const owner = { sync: sync.name, object: object.name }
  const owed = oweWhole(dialect, shared.objects, owner, 'dropped tables')
  await session.execute([fenceStatement(context), owed])
}

function refusal(
  { sync }: Pick<LoadContext, 'sync'>,
  { object, tables }: PulledObject,
  lost: Lost,
): SynclineError {
  const { place } = sync
  if (lost.tables.length === 0) {
    const columns = [...lost.columns].map(
      ([which, names]) => `${names.join(', ')} of ${named(tables[which])}`,
    )
    return pullErrors.dropped_columns({
      message: `Sync ${sync.name} keeps ${object.name} in columns that are not there any more: ${columns.join('; ')}.`,
      place,
    })
  }
  const gone = lost.tables.map((which) => named(tables[which])).join(', ')
  const left = keptTables
    .filter((which) => !lost.tables.includes(which))
    .map((which) => named(tables[which]))
  return pullErrors.dropped_tables({
    message: `Sync ${sync.name} keeps ${object.name} in ${gone}, and that is not there any more${left.length === 0 ? '' : `; ${left.join(', ')} is`}.`,
    place,
  })
}
