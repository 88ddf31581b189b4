/**
 * What a connection asked of its CRM, by endpoint: counts, bytes and latencies. Two looks at it tell
 * what was asked between them.
 */
import { latencyBucket, type Latencies } from './latencies.ts'

export interface EndpointCalls {
  /** Method and path with ids left out: `POST /crm/v3/objects/{object}/batch/read`. */
  readonly endpoint: string
  /** Requests sent, repetitions included. */
  readonly calls: number
  /** Of these, those without a 2xx answer. */
  readonly failed: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly latencies: Latencies
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
      const bucket = latencyBucket(exchange.latencyMs)
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
    latencies: { buckets: new Map(tally.buckets), maxMs: tally.maxMs },
    waitedMs: tally.waitedMs,
  }
}
