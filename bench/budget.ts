/**
 * How much of a rolling rate limit pushes use, one alone and four at once, at a stated round trip. The
 * local HubSpot counts a request when it arrives and answers one round trip later, which is the dearest
 * way to share it out.
 */
import { makeProject, type RunReport } from './bench-project.ts'
import { type Bench, rounded } from './bench-result.ts'
import { batchArrivals, type BenchLimit, type BudgetUse, useOf } from './budget-use.ts'
import { requireDelivered } from './require-delivered.ts'
import { type Server, startLocalCrm } from './server-process.ts'
import { makeSharingProjects } from './sharing-projects.ts'
import { hubspot } from './targets.ts'

const bar = 0.98
const roundTripMs = 50
const batchRows = 100
const workers = 4

export const budget: Bench = async ({ quick, say }) => {
  const limit = { max: quick ? 19 : 190, windowMs: 10_000, windows: quick ? 1 : 6 }
  // As many again as the window holds, so that there is a whole cycle after each request of the first.
  const batches = quick ? limit.max + 2 : limit.max * (limit.windows + 1)
  say(`${batches} requests at ${limit.max} per 10 s, round trip ${roundTripMs} ms`)
  const alone = await measured(limit, (server) => pushAlone(server, batches))
  say(`alone ${rounded(worse(alone.use))}; now ${workers} processes at once`)
  // Of a tiny limit four processes would need more than one window to look around.
  const sharedLimit = quick ? { ...limit, max: 100 } : limit
  const each = Math.ceil((quick ? sharedLimit.max + 2 : batches) / workers)
  const shared = await measured(sharedLimit, (server) => pushTogether(server, each))
  say(`together ${rounded(worse(shared.use))}`)
  const refused = alone.failedCalls + shared.failedCalls
  return {
    bench: 'budget',
    value: rounded(worse(alone.use)),
    unit: 'of what the limit allows',
    bar: `value and four_workers >= ${bar} and no 429`,
    passed: worse(alone.use) >= bar && worse(shared.use) >= bar && refused === 0,
    details: {
      max: limit.max,
      window_ms: limit.windowMs,
      windows: limit.windows,
      round_trip_ms: roundTripMs,
      requests: batches,
      failed_calls: alone.failedCalls,
      steady_use: rounded(alone.use.steady),
      use_from_first_request: rounded(alone.use.fromFirst),
      four_workers: rounded(worse(shared.use)),
      four_workers_failed_calls: shared.failedCalls,
      four_workers_steady_use: rounded(shared.use.steady),
      four_workers_use_from_first_request: rounded(shared.use.fromFirst),
    },
  }
}

interface Measurement {
  readonly use: BudgetUse
  readonly failedCalls: number
}

/** The worse of two views counts. */
function worse({ steady, fromFirst }: BudgetUse): number {
  return Math.min(steady, fromFirst)
}

async function measured(
  limit: BenchLimit,
  push: (server: Server) => Promise<readonly RunReport[]>,
): Promise<Measurement> {
  const server = await startLocalCrm('hubspot', settings(limit))
  try {
    const reports = await push(server)
    const use = useOf(await batchArrivals(server), limit)
    return { use, failedCalls: reports.reduce((sum, report) => sum + failedCalls(report), 0) }
  } finally {
    await server.stop()
  }
}

async function pushAlone(server: Server, batches: number): Promise<readonly RunReport[]> {
  const rows = batches * batchRows
  const project = await makeProject({ rows, target: hubspot, crmUrl: server.url })
  try {
    const run = await project.run('--first')
    requireDelivered(run, rows)
    return [run.report]
  } finally {
    await project.remove()
  }
}

async function pushTogether(server: Server, batches: number): Promise<readonly RunReport[]> {
  const rows = batches * batchRows
  const projects = await makeSharingProjects(workers, { rows, crmUrl: server.url })
  try {
    const reports = await projects.runAll()
    for (const report of reports) requireDelivered({ report }, rows)
    return reports
  } finally {
    await projects.remove()
  }
}

function settings({ max, windowMs }: BenchLimit): object {
  const others = { oauthBurst: null, search: null, associations: null, daily: null }
  return {
    limits: { burst: { max, windowMs }, ...others },
    faults: { rates: { latency: 1 }, latencyMs: [roundTripMs, roundTripMs] },
  }
}

function failedCalls({ calls }: RunReport): number {
  return calls.by_endpoint.reduce((sum, { failed }) => sum + failed, 0)
}
