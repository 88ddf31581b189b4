/**
 * A first push, against a hand-written loop that sends the same batches to the same server through
 * the same pool. Once with a local HubSpot behind, which does the work of a CRM, and once with a stub,
 * which does next to none. Both sides are whole processes and read the rows from the same file.
 */
import { fileURLToPath } from 'node:url'
import { type BenchProject, type BenchRun, contactFields, makeProject } from './bench-project.ts'
import { type Bench, median, rounded } from './bench-result.ts'
import { measure } from './measured-process.ts'
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
  const local = await compare('local HubSpot', () => startLocalHubSpot('none'), size)
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
  readonly requests: number
  readonly bytes: number
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
      ours_rows_per_second: rounded((rows * 1000) / ourMs),
      loop_rows_per_second: rounded((rows * 1000) / loopMs),
      requests: { ours: our?.requests, loop: their?.requests },
      bytes_per_row: {
        ours: rounded((our?.bytes ?? 0) / rows),
        loop: rounded((their?.bytes ?? 0) / rows),
      },
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

async function sendByPush(project: BenchProject, _server: Server, rows: number): Promise<Sent> {
  const run = await project.run('--first')
  requireDelivered(run, rows)
  const writes = run.report.calls.by_endpoint.filter(({ endpoint }) => endpoint.includes('/batch/'))
  return {
    ms: Math.round(run.ms),
    requests: writes.reduce((sum, { calls }) => sum + calls, 0),
    bytes: writes.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
  }
}

export function requireDelivered({ report }: BenchRun, rows: number): void {
  if (report.outcomes['delivered'] === rows) return
  throw new Error(`expected ${rows} delivered rows: ${JSON.stringify(report)}`)
}

async function sendByLoop(project: BenchProject, server: Server, rows: number): Promise<Sent> {
  const words = [loop, server.url, project.warehouseFile]
  const { ms, stdout } = await measure(words, project.directory)
  const said: { rows: number; requests: number; bytes: number } = JSON.parse(stdout)
  if (said.rows !== rows) throw new Error(`the loop delivered ${said.rows} of ${rows} rows`)
  return { ms: Math.round(ms), requests: said.requests, bytes: said.bytes }
}
