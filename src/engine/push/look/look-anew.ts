/** The look at the rows of a plan, and a second one for those whose records are gone and are to be made again. */
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { DueRow } from '../../../core/plan/plan-row.ts'
import type { RunContext } from '../../context.ts'
import { type Bindings, lookUnbound, startsAnew } from './bound-records.ts'
import type { Looked, RowToLook } from './look.ts'

export interface LookedRow {
  /** Without a baseline where its record is gone: from here on it is a new row. */
  readonly due: DueRow
  readonly looked: Looked
}

/**
 * What was found for each row. A record may hold by now what the gone one was found by: like any new row's it is taken
 * over, or there would be two (promise 4).
 */
export async function lookAnew(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
  bindings: Bindings,
): Promise<ReadonlyMap<RowToLook, LookedRow>> {
  const found = await lookUnbound(context, mapping, rows, bindings)
  const all = new Map(
    rows.flatMap((row, index) => {
      const looked = found[index]
      return looked === undefined ? [] : [[row, { due: row.due, looked }] as const]
    }),
  )
  if (context.sync.ifDeleted !== 'recreate') return all
  const gone = [...all].flatMap(([row, { looked }]) =>
    isToBeMade(row.due) && looked.records.length === 0 ? [row] : [],
  )
  const anew = gone.map(({ due, values }) => ({ due: { ...due, baseline: null }, values }))
  const again = await lookUnbound(context, mapping, anew, bindings)
  gone.forEach((row, index) => {
    const [asked, looked] = [anew[index], again[index]]
    if (asked === undefined || looked === undefined) return
    all.set(row, { due: asked.due, looked: withoutRecord(looked, row.due.baseline?.remoteId) })
  })
  return all
}

function isToBeMade(due: DueRow): boolean {
  return due.side !== 'removed' && !startsAnew(due)
}

/** A search may show a record for some time after it was deleted. */
function withoutRecord(looked: Looked, id: string | undefined): Looked {
  return { ...looked, records: looked.records.filter((record) => record.id !== id) }
}
