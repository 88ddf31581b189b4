/**
 * Tables of an object that somebody dropped. Made anew without a word they would be empty, while the position says that
 * all was read. The log holds everything: from it the others are made anew. What is gone with the log stands nowhere
 * else, so that a person has to decide (promise 2); until then nothing is loaded into an object that is half there.
 */
import { oweWhole } from '../../../core/history/pulled-objects.ts'
import type { HistoryTables } from '../../../core/history/tables.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { fenceStatement } from '../../working-schema.ts'
import type { LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import { isThere, named } from './foreign-tables.ts'
import type { PulledObject } from './prepare-object.ts'

/** What may be made anew: nothing; versions, from the log; or, by somebody's word, everything, empty. */
export type OnDropped = 'refuse' | 'rebuild' | 'begin anew'

/** What has to be made anew. */
export type Remake = 'nothing' | 'versions' | 'everything'

const kept = ['changes', 'past', 'latest'] as const satisfies readonly (keyof HistoryTables)[]

/** Throws `pull.dropped_tables` for more than may be made anew. */
export async function droppedTables(
  context: LoadContext,
  session: Session,
  known: PulledObject,
  onDropped: OnDropped,
): Promise<Remake> {
  const dropped = await droppedOf(session, known)
  if (dropped.length === 0) return 'nothing'
  if (onDropped !== 'refuse' && !dropped.includes('changes')) return 'versions'
  if (onDropped === 'begin anew' && dropped.length === kept.length) return 'everything'
  await oweAfter(context, session, known)
  throw refusal(context, known, dropped)
}

/** For who writes nothing, and who found out by a statement that failed. */
export async function refuseDropped(
  context: Pick<LoadContext, 'sync'>,
  session: Session,
  known: PulledObject,
): Promise<void> {
  const dropped = await droppedOf(session, known)
  if (dropped.length > 0) throw refusal(context, known, dropped)
}

async function droppedOf(
  session: Session,
  { isOurs, tables }: PulledObject,
): Promise<readonly (typeof kept)[number][]> {
  if (!isOurs) return []
  const dropped: (typeof kept)[number][] = []
  for (const which of kept) if (!(await isThere(session, tables[which]))) dropped.push(which)
  return dropped
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
  dropped: readonly (typeof kept)[number][],
): Error {
  const gone = dropped.map((which) => named(tables[which])).join(', ')
  const left = kept.filter((which) => !dropped.includes(which)).map((which) => named(tables[which]))
  return pullErrors.dropped_tables({
    message: `Sync ${sync.name} keeps ${object.name} in ${gone}, and that is not there any more${left.length === 0 ? '' : `; ${left.join(', ')} is`}.`,
    place: sync.place,
  })
}
