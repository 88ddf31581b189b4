/**
 * What a connection asked of its CRM, by endpoint: counts, bytes and latency. Latencies are kept in
 * buckets that grow by a fifth, so a long run costs as little memory as a short one and the
 * percentiles are exact to within that fifth.
 */
export interface EndpointCalls {
  /** Method and path with ids left out: `POST /crm/v3/objects/{object}/batch/read`. */
  readonly endpoint: string
  /** Requests sent, repetitions included. */
  readonly calls: number
  /** Of these, those without a 2xx answer. */
  readonly failed: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Time spent waiting for the rate budget, all calls together. */
  readonly waitedMs: number
}

/** One exchange as the chain saw it. */
export interface Exchange {
  readonly endpoint: string
  readonly ok: boolean
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly latencyMs: number
  readonly waitedMs: number
}

export interface CallLog {
  record(exchange: Exchange): void
  /** Endpoints in order of their first call. */
  list(): readonly EndpointCalls[]
}

const growth = Math.log(1.2)

interface Tally {
  calls: number
  failed: number
  bytesSent: number
  bytesReceived: number
  waitedMs: number
  maxMs: number
  readonly buckets: Map<number, number>
}

export function createCallLog(): CallLog {
  const tallies = new Map<string, Tally>()
  return {
    record(exchange) {
      const tally = tallies.get(exchange.endpoint) ?? emptyTally()
      tallies.set(exchange.endpoint, tally)
      tally.calls += 1
      if (!exchange.ok) tally.failed += 1
      tally.bytesSent += exchange.bytesSent
      tally.bytesReceived += exchange.bytesReceived
      tally.waitedMs += exchange.waitedMs
      tally.maxMs = Math.max(tally.maxMs, exchange.latencyMs)
      const bucket = bucketOf(exchange.latencyMs)
      tally.buckets.set(bucket, (tally.buckets.get(bucket) ?? 0) + 1)
    },
    list: () => [...tallies].map(([endpoint, tally]) => summary(endpoint, tally)),
  }
}

function emptyTally(): Tally {
  return {
    calls: 0,
    failed: 0,
    bytesSent: 0,
    bytesReceived: 0,
    waitedMs: 0,
    maxMs: 0,
    buckets: new Map(),
  }
}

function summary(endpoint: string, tally: Tally): EndpointCalls {
  return {
    endpoint,
    calls: tally.calls,
    failed: tally.failed,
    bytesSent: tally.bytesSent,
    bytesReceived: tally.bytesReceived,
    latencyMs: { p50: percentile(tally, 0.5), p99: percentile(tally, 0.99), max: tally.maxMs },
    waitedMs: tally.waitedMs,
  }
}

function bucketOf(latencyMs: number): number {
  return Math.ceil(Math.log(Math.max(latencyMs, 0.01)) / growth)
}

/** The upper bound of the bucket that the percentile falls into, never above what was measured. */
function percentile(tally: Tally, share: number): number {
  let left = Math.ceil(tally.calls * share)
  for (const [bucket, count] of [...tally.buckets].toSorted(([a], [b]) => a - b)) {
    left -= count
    if (left <= 0) return Math.min(tally.maxMs, Math.exp(bucket * growth))
  }
  return tally.maxMs
}
