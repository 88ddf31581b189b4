/**
 * A first push, against a hand-written loop that sends the same batches to the same server through
 * the same pool. Once with a local HubSpot behind, which does the work of a CRM, and once with a stub,
 * which does next to none. Both sides are whole processes and read the rows from the same file.
 */
import { fileURLToPath } from 'node:url'
import { type BenchProject, contactFields, makeProject } from './bench-project.ts'
import { type Bench, median, rounded } from './bench-result.ts'
import { type Measured, measure } from './measured-process.ts'
import { requireDelivered } from './require-delivered.ts'
import { type Server, startLocalHubSpot, startStub } from './server-process.ts'

const ratioBar = 0.8
const stubRatioBar = 0.5
const stubRowsPerSecondBar = 10_000
const usualRows = 100_000
const usualRepeats = 3

const loop = fileURLToPath(new URL('./batch-loop.ts', import.meta.url))

export const push: Bench = async ({ rows, repeats, quick, say }) => {
  const size = {
    rows: rows ?? (quick ? 300 : usualRows),
    repeats: repeats ?? (quick ? 1 : usualRepeats),
    say,
  }
  const local = await compare('local HubSpot', () => startLocalHubSpot({ limits: 'none' }), size)
  const stub = await compare('stub', startStub, size)
  const passed =
    local.ratio >= ratioBar &&
    stub.ratio >= stubRatioBar &&
    stub.rowsPerSecond >= stubRowsPerSecondBar
  return {
    bench: 'push',
    ratio: rounded(local.ratio),
    value: rounded(stub.rowsPerSecond),
    unit: 'rows/s against the stub',
    bar: `ratio >= ${ratioBar} against the local HubSpot; against the stub ratio >= ${stubRatioBar} and value >= ${stubRowsPerSecondBar}`,
    passed,
    details: {
      rows: size.rows,
      fields: contactFields.length,
      repeats: size.repeats,
      stub_ratio: rounded(stub.ratio),
      local_hubspot: local.details,
      stub: stub.details,
    },
  }
}

interface Size {
  readonly rows: number
  readonly repeats: number
  readonly say: (text: string) => void
}

interface Comparison {
  /** Our throughput over the loop's. */
  readonly ratio: number
  readonly rowsPerSecond: number
  readonly details: Readonly<Record<string, unknown>>
}

interface Sent {
  readonly ms: number
  readonly cpuMs: number
  readonly requests: number
  /** Of all bodies; null where the server doesn't count them. */
  readonly bytes: number | null
}

async function compare(
  name: string,
  startServer: () => Promise<Server>,
  { rows, repeats, say }: Size,
): Promise<Comparison> {
  const ours: Sent[] = []
  const theirs: Sent[] = []
  for (let time = 1; time <= repeats; time += 1) {
    theirs.push(await onFreshServer(startServer, rows, sendByLoop))
    ours.push(await onFreshServer(startServer, rows, sendByPush))
    say(`${name}, ${time} of ${repeats}: ours ${ours.at(-1)?.ms} ms, loop ${theirs.at(-1)?.ms} ms`)
  }
  const [ourMs, loopMs] = [ours, theirs].map((all) => median(all.map(({ ms }) => ms)))
  if (ourMs === undefined || loopMs === undefined) throw new Error('nothing was measured')
  const [our, their] = [ours[0], theirs[0]]
  return {
    ratio: loopMs / ourMs,
    rowsPerSecond: (rows * 1000) / ourMs,
    details: {
      ours_ms: ours.map(({ ms }) => ms),
      loop_ms: theirs.map(({ ms }) => ms),
      ours_cpu_ms: ours.map(({ cpuMs }) => cpuMs),
      loop_cpu_ms: theirs.map(({ cpuMs }) => cpuMs),
      ours_rows_per_second: rounded((rows * 1000) / ourMs),
      loop_rows_per_second: rounded((rows * 1000) / loopMs),
      requests: { ours: our?.requests, loop: their?.requests },
      bytes: { ours: our?.bytes, loop: their?.bytes },
    },
  }
}

/** Neither side finds records, or a warm server, that the other left. */
async function onFreshServer(
  startServer: () => Promise<Server>,
  rows: number,
  send: (project: BenchProject, server: Server, rows: number) => Promise<Sent>,
): Promise<Sent> {
  const server = await startServer()
  try {
    const project = await makeProject({ rows, fields: contactFields, crmUrl: server.url })
    try {
      return await send(project, server, rows)
    } finally {
      await project.remove()
    }
  } finally {
    await server.stop()
  }
}

async function sendByPush(project: BenchProject, server: Server, rows: number): Promise<Sent> {
  const run = await project.run('--first')
  requireDelivered(run, rows)
  return sent(run, server)
}

async function sent({ ms, cpuMs }: Measured, server: Server): Promise<Sent> {
  const [requests, bytes] = [await server.writes(), await server.bytes()]
  return { ms: Math.round(ms), cpuMs: Math.round(cpuMs), requests, bytes }
}

async function sendByLoop(project: BenchProject, server: Server, rows: number): Promise<Sent> {
  const words = [loop, server.url, project.warehouseFile]
  const measured = await measure(words, project.directory)
  const delivered: { rows: number } = JSON.parse(measured.stdout)
  if (delivered.rows !== rows) throw new Error(`the loop delivered ${delivered.rows} of ${rows}`)
  return sent(measured, server)
}
