/**
 * A first push, against a hand-written loop that sends the same batches to the same server through the
 * same pool. Both sides are whole processes and read the rows from the same file.
 */
import { fileURLToPath } from 'node:url'
import { type BenchProject, makeProject } from './bench-project.ts'
import { median, rounded } from './bench-result.ts'
import { type Measured, measure } from './measured-process.ts'
import { requireDelivered } from './require-delivered.ts'
import type { Server } from './server-process.ts'
import type { BenchTarget } from './targets.ts'

const loop = fileURLToPath(new URL('./batch-loop.ts', import.meta.url))

export interface Size {
  readonly rows: number
  readonly repeats: number
  readonly say: (text: string) => void
}

export interface Comparison {
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

/** `name` is what people are told that the server is. */
export async function compareWithLoop(
  name: string,
  target: BenchTarget,
  startServer: () => Promise<Server>,
  { rows, repeats, say }: Size,
): Promise<Comparison> {
  const fresh = { target, startServer, rows }
  const ours: Sent[] = []
  const theirs: Sent[] = []
  for (let time = 1; time <= repeats; time += 1) {
    theirs.push(await onFreshServer(fresh, sendByLoop))
    ours.push(await onFreshServer(fresh, sendByPush))
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

interface Fresh {
  readonly target: BenchTarget
  readonly startServer: () => Promise<Server>
  readonly rows: number
}

type Send = (fresh: Fresh, project: BenchProject, server: Server) => Promise<Sent>

/** Neither side finds records, or a warm server, that the other left. */
async function onFreshServer(fresh: Fresh, send: Send): Promise<Sent> {
  const server = await fresh.startServer()
  try {
    const { rows, target } = fresh
    const project = await makeProject({ rows, target, crmUrl: server.url })
    try {
      return await send(fresh, project, server)
    } finally {
      await project.remove()
    }
  } finally {
    await server.stop()
  }
}

const sendByPush: Send = async ({ rows }, project, server) => {
  const run = await project.run('--first')
  requireDelivered(run, rows)
  return sent(run, server)
}

const sendByLoop: Send = async ({ rows, target }, project, server) => {
  const words = [loop, target.name, server.url, project.warehouseFile]
  const measured = await measure(words, project.directory)
  const delivered: { rows: number } = JSON.parse(measured.stdout)
  if (delivered.rows !== rows) throw new Error(`the loop delivered ${delivered.rows} of ${rows}`)
  return sent(measured, server)
}

async function sent({ ms, cpuMs }: Measured, server: Server): Promise<Sent> {
  const [requests, bytes] = [await server.writes(), await server.bytes()]
  return { ms: Math.round(ms), cpuMs: Math.round(cpuMs), requests, bytes }
}
