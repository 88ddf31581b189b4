/**
 * Rows that are held for their content are judged by the CRM's metadata, too: an option added there, or
 * a field made longer, may be all that they need. Whoever reads the metadata tries them again where
 * it changed; a run that has nothing else to do reads it once in a while only.
 */
import { callingRunsSince } from '../../../core/sql/call-history.ts'
import { countDue, dueStatements, heldForContent } from '../../../core/sql/diff.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { openCallCap } from '../deliver/calls.ts'
import { instant } from '../../instant.ts'
import type { RunContext } from '../../context.ts'
import type { PreparedModel } from './model.ts'

/** How long a run without due rows trusts the metadata that an earlier one read. */
const metadataAgeMs = 3_600_000

export interface DueRows {
  readonly due: number
  /** Rows held for their content, which are not among the due ones. */
  readonly heldForContent: number
}

/** Chooses the due rows, by the metadata that `prepared` knows. */
export async function chooseDue(
  context: RunContext,
  session: Session,
  { diff }: PreparedModel,
): Promise<DueRows> {
  const now = context.clock.now()
  await session.execute(dueStatements(diff, now))
  const [due] = await session.query(countDue(diff))
  const [held] = diff.withHeld ? await session.query(heldForContent(diff, now)) : [['0']]
  return { due: Number(due?.[0] ?? 0), heldForContent: Number(held?.[0] ?? 0) }
}

/** Chooses again where the metadata that was read since frees rows; gives the number of due rows. */
export async function reconsiderHeld(
  context: RunContext,
  prepared: PreparedModel,
  before: DueRows,
): Promise<number> {
  if (before.heldForContent === 0) return before.due
  return context.warehouse.session(async (session) => {
    const [held] = await session.query(heldForContent(prepared.diff, context.clock.now()))
    if (Number(held?.[0] ?? 0) === before.heldForContent) return before.due
    return (await chooseDue(context, session, prepared)).due
  })
}

/** Whether the metadata is worth a call of its own, and one is left. */
export async function mayReadMetadata(context: RunContext): Promise<boolean> {
  const { clock, dialect, shared, sync, warehouse } = context
  const since = instant(clock.now() - metadataAgeMs)
  const statement = callingRunsSince(dialect, shared, sync.name, since)
  const [row] = await warehouse.session((session) => session.query(statement))
  if (row?.[0] !== '0') return false
  return (await (await openCallCap(context)).exhausted()) === null
}
