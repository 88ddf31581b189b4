/**
 * A full read into history, as a whole process, against a loop that only pages and writes lines of JSON; and the same
 * read again, which finds nothing new. The CRM is a server of ready-made pages, a process of its own.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Bench, median, rounded } from './bench-result.ts'
import { type Measured, measure, medianOf } from './measured-process.ts'
import { program } from './program.ts'
import { startProcess } from './server-process.ts'

const ratioBar = 0.8
const rateBar = 15_000
const loop = fileURLToPath(new URL('./page-loop.ts', import.meta.url))
const pageServer = fileURLToPath(new URL('./page-server.ts', import.meta.url))

export const fullread: Bench = async ({ rows, repeats, quick, say }) => {
  const records = rows ?? (quick ? 1_200 : 100_000)
  const times = repeats ?? (quick ? 1 : 3)
  const server = await startProcess([pageServer, String(records)])
  try {
    const loops: Measured[] = []
    const firsts: Measured[] = []
    const seconds: Measured[] = []
    for (let time = 1; time <= times; time += 1) {
      const folder = await makeProject(server.ready.url)
      try {
        loops.push(await measure([loop, server.ready.url, join(folder, 'deals.ndjson')], folder))
        firsts.push(await read(folder, 'run', records, records))
        seconds.push(await read(folder, 'reconcile', records, 0))
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      const last = [loops, firsts, seconds].map((all) => Math.round(all.at(-1)?.ms ?? 0))
      say(`${time} of ${times}: loop ${last[0]} ms, first read ${last[1]} ms, again ${last[2]} ms`)
    }
    const ratio = median(loops.map(({ ms }, index) => ms / (firsts[index]?.ms ?? Number.NaN)))
    const rate = records / (medianOf(firsts, 'ms') / 1000)
    return {
      bench: 'fullread',
      ratio: rounded(ratio),
      value: rounded(rate),
      unit: 'records/s',
      bar: `ratio >= ${ratioBar}, value >= ${rateBar}`,
      passed: ratio >= ratioBar && rate >= rateBar,
      details: {
        records,
        fields: 26,
        loop_ms: loops.map(({ ms }) => Math.round(ms)),
        loop_cpu_ms: rounded(medianOf(loops, 'cpuMs')),
        first_ms: firsts.map(({ ms }) => Math.round(ms)),
        first_cpu_ms: rounded(medianOf(firsts, 'cpuMs')),
        first_peak_mb: peakOf(firsts),
        again_ms: seconds.map(({ ms }) => Math.round(ms)),
        again_cpu_ms: rounded(medianOf(seconds, 'cpuMs')),
        again_peak_mb: peakOf(seconds),
      },
    }
  } finally {
    await server.stop()
  }
}

function peakOf(all: readonly Measured[]): number {
  return rounded(median(all.map(({ peakBytes }) => peakBytes / 1e6)))
}

async function makeProject(url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-read-'))
  await writeFile(
    join(folder, 'syncline.yaml'),
    `version: 1
connections:
  crm: { type: pipedrive, base_url: "${url}", api_token: a-token-for-benchmarks }
  warehouse: { type: duckdb, path: warehouse.duckdb, create: true }
`,
  )
  await mkdir(join(folder, 'syncs'))
  await writeFile(
    join(folder, 'syncs/deals.yaml'),
    `type: pull
from: { connection: crm, objects: [deals] }
to: { connection: warehouse, schema: crm }
`,
  )
  return folder
}

interface Told {
  readonly read: number
  readonly added: number
}

async function read(
  folder: string,
  command: 'run' | 'reconcile',
  records: number,
  added: number,
): Promise<Measured> {
  const measured = await measure([program, command, 'deals', '--json'], folder)
  const { syncs } = JSON.parse(measured.stdout) as {
    readonly syncs: readonly { readonly objects: readonly Told[] }[]
  }
  const told = syncs[0]?.objects[0]
  if (told?.read !== records || told.added !== added) {
    throw new Error(`${command} gave ${measured.stdout}`)
  }
  return measured
}
