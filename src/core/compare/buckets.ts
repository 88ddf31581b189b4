/** How finely rows are divided into buckets. */

/** Rows that a bucket may have on average: so many are read for one that differs. */
export const rowsPerBucket = 64

/** A million buckets; their counts and sums alone are read in seconds. */
const mostDigits = 5

/** Hexadecimal digits that name a bucket, for tables of so many rows. */
export function bucketDigits(rows: number, perBucket: number): number {
  let digits = 0
  while (digits < mostDigits && rows / 16 ** digits > perBucket) digits += 1
  return digits
}

/** How many buckets there are with so many digits. */
export function bucketCount(digits: number): number {
  return 16 ** digits
}
