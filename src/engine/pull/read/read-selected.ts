/** Records that are read again because somebody says which: by when they changed, or by their ids. */
import type { SourceObject } from '../../../connector/source.ts'
import { countGone, listGone, withholdGone } from '../../../core/history/load/gone.ts'
import { allowedRows } from '../../../core/plan/guards.ts'
import { askFor, keysIn, keysToTell, nothingWithheld, type Withheld } from './absent.ts'
import type { PullContext } from '../context.ts'
import type { Taking } from './intake.ts'
import type { PulledObject } from '../history/pulled-object.ts'
import type { Selection } from '../pull.ts'
import { readPages } from './read-pages.ts'
import type { Finding } from '../history/read-row.ts'

/** Gives the number of records, those that the CRM does not have any more included. */
export async function readSelected(
  context: PullContext,
  metadata: SourceObject,
  selection: Selection,
  intake: Taking,
): Promise<number> {
  if (selection.by === 'ids') {
    const ids = [...new Set(selection.ids)]
    await askFor(context, metadata, intake, ids)
    return ids.length
  }
  const { from } = selection
  let chosen = 0
  await readPages(context, metadata, from, {
    add: (findings) => {
      const within = findings.filter(isWithin(selection))
      chosen += within.length
      return intake.add(within)
    },
    flush: () => intake.flush(),
  })
  return chosen
}

/**
 * Lists give more than what was asked for where the CRM can't tell by time, and nothing says when a record changed that
 * has no time of its own: reading one more changes nothing.
 */
function isWithin({
  from,
  to,
}: Extract<Selection, { readonly by: 'time' }>): (finding: Finding) => boolean {
  return ({ updatedAt }) =>
    updatedAt === null || ((from === null || updatedAt >= from) && (to === null || updatedAt < to))
}

/** Gives the records that are gone and, being more than the sync allows, don't count as deleted. */
export async function withholdTooMany(
  context: PullContext,
  { tables }: PulledObject,
): Promise<Withheld> {
  const { dialect, force, sync, warehouse } = context
  return warehouse.session(async (session) => {
    const [row] = await session.query(countGone(dialect, tables))
    const [open = 0, gone = 0] = (row ?? []).map(Number)
    if (force || gone <= allowedRows(sync.maxDeletes, open)) return nothingWithheld
    const told = await session.query(listGone(dialect, tables, keysToTell(context)))
    await session.execute([withholdGone(dialect, tables)])
    return { records: gone, keys: keysIn(told) }
  })
}
