/** What a push asked of its CRM: the difference between two looks at a connection's counters. */
import type { EndpointCalls } from '../connector/connector.ts'
import { latenciesSince, latencyPercentile } from '../connector/http/latencies.ts'

/** In the form that `--json` promises. */
export interface EndpointCount {
  readonly endpoint: string
  readonly calls: number
  readonly failed: number
  readonly p50_ms: number
  readonly p99_ms: number
}

/** Endpoints asked since `before`; their latencies are those of the calls since then, too. */
export function callsSince(
  before: readonly EndpointCalls[],
  after: readonly EndpointCalls[],
): readonly EndpointCount[] {
  return after
    .map(({ endpoint, calls, failed, latencies }) => {
      const known = before.find((one) => one.endpoint === endpoint)
      const since = latenciesSince(known?.latencies, latencies)
      return {
        endpoint,
        calls: calls - (known?.calls ?? 0),
        failed: failed - (known?.failed ?? 0),
        p50_ms: rounded(latencyPercentile(since, 0.5)),
        p99_ms: rounded(latencyPercentile(since, 0.99)),
      }
    })
    .filter(({ calls }) => calls > 0)
}

export function totalCalls(counts: readonly EndpointCount[]): number {
  return counts.reduce((sum, { calls }) => sum + calls, 0)
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10
}
