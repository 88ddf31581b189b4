/**
 * How much of a rolling rate limit a push uses, at a stated round trip. The local HubSpot counts a
 * request when it arrives and answers one round trip later, which is the dearest way to share it out.
 */
import { type BenchRun, contactFields, makeProject } from './bench-project.ts'
import { type Bench, rounded } from './bench-result.ts'
import { requireDelivered } from './require-delivered.ts'
import { type Server, startLocalHubSpot } from './server-process.ts'

const bar = 0.98
const windowMs = 10_000
const roundTripMs = 50
const batchRows = 100

export const budget: Bench = async ({ quick, say }) => {
  const max = quick ? 19 : 190
  const windows = quick ? 1 : 6
  // As many again as the window holds, so that there is a whole cycle after each request of the first.
  const batches = quick ? max + 2 : max * (windows + 1)
  const rows = batches * batchRows
  const server = await startLocalHubSpot(settings(max))
  const project = await makeProject({ rows, fields: contactFields, crmUrl: server.url })
  try {
    say(`${batches} requests at ${max} per ${windowMs / 1000} s, round trip ${roundTripMs} ms`)
    const run = await project.run('--first')
    requireDelivered(run, rows)
    const use = useOf(await arrivals(server), max, windows)
    const refused = failedCalls(run)
    return {
      bench: 'budget',
      value: rounded(Math.min(use.steady, use.fromFirst)),
      unit: 'of what the limit allows',
      bar: `value >= ${bar} and no 429`,
      passed: Math.min(use.steady, use.fromFirst) >= bar && refused === 0,
      details: {
        max,
        window_ms: windowMs,
        windows,
        round_trip_ms: roundTripMs,
        requests: batches,
        failed_calls: refused,
        steady_use: rounded(use.steady),
        use_from_first_request: rounded(use.fromFirst),
        four_workers: 'not measured: there is no budget that processes share yet',
      },
    }
  } finally {
    await project.remove()
    await server.stop()
  }
}

function settings(max: number): object {
  const others = { oauthBurst: null, search: null, associations: null, daily: null }
  return {
    limits: { burst: { max, windowMs }, ...others },
    faults: { rates: { latency: 1 }, latencyMs: [roundTripMs, roundTripMs] },
  }
}

/** When the CRM received each batch: it notes every answer that it holds back. */
async function arrivals(server: Server): Promise<readonly number[]> {
  const { results } = (await server.ask('faults')) as {
    readonly results: readonly { readonly at: number; readonly operation: string }[]
  }
  return results.filter(({ operation }) => operation.startsWith('batch_')).map(({ at }) => at)
}

/**
 * Two views, of which the worse counts. `steady`: a perfect client sends a window's worth again
 * exactly one window later. `fromFirst`: of what may arrive in these windows, how much did.
 */
function useOf(
  times: readonly number[],
  max: number,
  windows: number,
): { readonly steady: number; readonly fromFirst: number } {
  const cycles = times.slice(max * windows).map((time, index) => time - (times[index] ?? time))
  const mean = cycles.reduce((sum, cycle) => sum + cycle, 0) / cycles.length
  const [first = 0] = times
  const inTime = times.filter((time) => time - first < windows * windowMs).length
  return { steady: (windows * windowMs) / mean, fromFirst: inTime / (max * windows) }
}

function failedCalls({ report }: BenchRun): number {
  return report.calls.by_endpoint.reduce((sum, { failed }) => sum + failed, 0)
}
