/** What a push asked of its CRM: the difference between two looks at a connection's counters. */
import type { EndpointCalls } from '../connector/connector.ts'

/** In the form that `--json` promises. */
export interface EndpointCount {
  readonly endpoint: string
  readonly calls: number
  readonly failed: number
  readonly p50_ms: number
  readonly p99_ms: number
}

/** Endpoints asked since `before`; latencies are those of the connection's whole time. */
export function callsSince(
  before: readonly EndpointCalls[],
  after: readonly EndpointCalls[],
): readonly EndpointCount[] {
  return after
    .map(({ endpoint, calls, failed, latencyMs }) => {
      const known = before.find((one) => one.endpoint === endpoint)
      return {
        endpoint,
        calls: calls - (known?.calls ?? 0),
        failed: failed - (known?.failed ?? 0),
        p50_ms: rounded(latencyMs.p50),
        p99_ms: rounded(latencyMs.p99),
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
