/** The comparison as one would write it down: both tables in memory, every pair looked at. */
import type { RowCounts } from '../../src/engine/compare/comparison.ts'

/** Key, then values. */
export type PlainRow = readonly (string | null)[]

export interface Expected {
  readonly rows: RowCounts
  readonly byColumn: Readonly<Record<string, number>>
}

/** The first `keys` columns are the key; `columns` names the others. */
export function expectedComparison(
  left: readonly PlainRow[],
  right: readonly PlainRow[],
  keys: number,
  columns: readonly string[],
): Expected {
  const counts = { equal: 0, differing: 0, onlyLeft: 0, onlyRight: 0 }
  const byColumn: Record<string, number> = {}
  const keyOf = (row: PlainRow): string => JSON.stringify(row.slice(0, keys))
  for (const key of new Set([...left, ...right].map(keyOf))) {
    const [ofLeft, ofRight] = [left, right].map((rows) => rows.filter((row) => keyOf(row) === key))
    const rest = [...(ofRight ?? [])]
    const unmatched = (ofLeft ?? []).filter((row) => {
      const at = rest.findIndex((other) => JSON.stringify(other) === JSON.stringify(row))
      if (at < 0) return true
      rest.splice(at, 1)
      counts.equal += 1
      return false
    })
    const [one] = unmatched
    const [other] = rest
    if (ofLeft?.length === 1 && ofRight?.length === 1 && one !== undefined && other !== undefined) {
      counts.differing += 1
      columns.forEach((column, index) => {
        if (one[keys + index] !== other[keys + index])
          byColumn[column] = (byColumn[column] ?? 0) + 1
      })
      continue
    }
    counts.onlyLeft += unmatched.length
    counts.onlyRight += rest.length
  }
  return { rows: { left: left.length, right: right.length, ...counts }, byColumn }
}
