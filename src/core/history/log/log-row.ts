/** A change as a row of the staging table: `changeColumns`, then the fields' columns. */
import type { Change } from '../../../model/change.ts'
import type { Row } from '../../../model/value.ts'

/** What each field's column holds after the change, in the order of the columns, wrapped (wrapped.ts). */
export type ColumnTexts = readonly (string | null)[]

/** A record that ended, or of which nobody knows what happened to it, tells nothing of its fields. */
const silentOps: readonly string[] = ['delete', 'merge', 'gap']

export function logRow(change: Change, texts: ColumnTexts, loadedAt: string): Row {
  const isSilent = silentOps.includes(change.op)
  return [
    change.id,
    change.key,
    change.op,
    String(change.partial),
    change.eventAt,
    change.shownAt,
    String(change.rank),
    String(change.sequence),
    change.observedAt,
    change.op === 'merge' ? change.mergedInto : null,
    change.origin,
    loadedAt,
    ...(isSilent ? texts.map(() => null) : texts),
  ]
}
