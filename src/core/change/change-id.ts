/**
 * The id of a change that its source gives none: what it says, so that the same news has the same id whenever
 * and however often it arrives. How it reached us is no part of it.
 */
import type { Change } from '../../model/change.ts'

export type Digest = (text: string) => string

export function changeId(change: Omit<Change, 'id' | 'origin'>, digest: Digest): string {
  const fields = [...change.fields]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === null ? [name] : [name, value.kind, value.text]))
  return digest(
    JSON.stringify([
      change.object,
      change.key,
      change.op,
      change.partial,
      change.eventAt,
      change.shownAt,
      change.rank,
      String(change.sequence),
      change.observedAt,
      change.mergedInto,
      fields,
    ]),
  )
}
