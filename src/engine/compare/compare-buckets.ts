/** Which buckets of rows differ between two tables, by what each warehouse sums up of its own. */
import { bucketRow } from '../../core/compare/statements.ts'
import { bucketCount } from '../../core/compare/buckets.ts'
import type { Row } from '../../model/value.ts'
import { mergeSorted, type Pages } from './merge-sorted.ts'

export interface ComparedBuckets {
  /** Rows of either side in buckets that are equal. */
  readonly equalRows: number
  /** Rows of both sides in the others. */
  readonly differingRows: number
  /** The names of those, in order. */
  readonly differing: readonly string[]
}

export async function compareBuckets(
  pages: readonly [Pages, Pages],
  atOnce: boolean,
): Promise<ComparedBuckets> {
  let [equalRows, differingRows] = [0, 0]
  const differing: string[] = []
  await mergeSorted(pages, { ordered: bucketRow.bucket + 1, atOnce }, (left, right) => {
    const [ofLeft, ofRight] = [rowsIn(left), rowsIn(right)]
    if (ofLeft === ofRight && left?.[bucketRow.sum] === right?.[bucketRow.sum]) {
      equalRows += ofLeft
      return
    }
    differingRows += ofLeft + ofRight
    differing.push((left ?? right)?.[bucketRow.bucket] ?? '')
  })
  return { equalRows, differingRows, differing }
}

function rowsIn(bucket: Row | null): number {
  return Number(bucket?.[bucketRow.rows] ?? 0)
}

/**
 * The buckets to read by one statement each; null for all. Each such statement looks at every row of its table,
 * which is not worth it where most rows are to be read anyway.
 */
export function bucketLists(
  differing: readonly string[],
  digits: number,
  perList: number,
): readonly (readonly string[] | null)[] {
  if (differing.length > bucketCount(digits) / 2) return [null]
  const lists: (readonly string[])[] = []
  for (let at = 0; at < differing.length; at += perList) {
    lists.push(differing.slice(at, at + perList))
  }
  return lists
}
