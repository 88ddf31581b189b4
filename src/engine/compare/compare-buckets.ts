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

/** What is read row by row. */
export interface Reading {
  /** The buckets to read by one statement each; null for all. */
  readonly lists: readonly (readonly string[] | null)[]
  /** Rows of both sides in them. */
  readonly rows: number
  /** Rows of either side in the others, which are equal. */
  readonly equalUnread: number
}

/**
 * Each statement that reads buckets looks at every row of its table, which is not worth it where most rows are to
 * be read anyway: then all are, equal buckets, too.
 */
export function chooseReading(
  { differing, differingRows, equalRows }: ComparedBuckets,
  digits: number,
  perList: number,
): Reading {
  if (differing.length > bucketCount(digits) / 2) {
    return { lists: [null], rows: differingRows + 2 * equalRows, equalUnread: 0 }
  }
  const lists: (readonly string[])[] = []
  for (let at = 0; at < differing.length; at += perList) {
    lists.push(differing.slice(at, at + perList))
  }
  return { lists, rows: differingRows, equalUnread: equalRows }
}
