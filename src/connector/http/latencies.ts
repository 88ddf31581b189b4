/**
 * How long calls took. Kept as counts in buckets that grow by a fifth, so a long run costs as little
 * memory as a short one, percentiles are exact to within that fifth, and a part can be taken out.
 */
export interface Latencies {
  /** Calls by bucket; the upper bounds of buckets are powers of 1.2 milliseconds. */
  readonly buckets: ReadonlyMap<number, number>
  /** At least the longest of them. */
  readonly maxMs: number
}

const growth = Math.log(1.2)

export function latencyBucket(ms: number): number {
  return Math.ceil(Math.log(Math.max(ms, 0.01)) / growth)
}

/** The upper bound of the bucket that the percentile falls into, never above the maximum. */
export function latencyPercentile({ buckets, maxMs }: Latencies, share: number): number {
  const total = [...buckets.values()].reduce((sum, count) => sum + count, 0)
  let left = Math.ceil(total * share)
  for (const [bucket, count] of [...buckets].toSorted(([a], [b]) => a - b)) {
    left -= count
    if (left <= 0) return Math.min(maxMs, Math.exp(bucket * growth))
  }
  return maxMs
}

/** The latencies of `after` that are not in `before`, an earlier look at the same calls. */
export function latenciesSince(before: Latencies | undefined, after: Latencies): Latencies {
  if (before === undefined) return after
  const buckets = new Map<number, number>()
  for (const [bucket, count] of after.buckets) {
    const since = count - (before.buckets.get(bucket) ?? 0)
    if (since > 0) buckets.set(bucket, since)
  }
  return { buckets, maxMs: after.maxMs }
}
