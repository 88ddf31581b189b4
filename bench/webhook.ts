/**
 * Receipt of webhooks, one event per request and each synced to disk before its answer, against the same
 * HTTP server that keeps nothing. Server and sender are processes of their own.
 */
import { fileURLToPath } from 'node:url'
import { type Bench, median, rounded } from './bench-result.ts'
import { measure } from './measured-process.ts'
import { type ServerProcess, startProcess } from './server-process.ts'
import { makeServingFolder, type ServingFolder, webhookPath } from './serving-folder.ts'

const ratioBar = 0.5
const rateBar = 5000
const p99Bar = 50
const steadyRate = 1000
const load = fileURLToPath(new URL('./webhook-load.ts', import.meta.url))
const reference = fileURLToPath(new URL('./webhook-reference.ts', import.meta.url))

interface Load {
  readonly ms: number
  readonly p50: number
  readonly p99: number
}

export const webhook: Bench = async ({ rows, repeats, quick, say }) => {
  const events = rows ?? (quick ? 500 : 50_000)
  const steady = quick ? 100 : 10_000
  const times = repeats ?? (quick ? 1 : 3)
  const ours: number[] = []
  const theirs: number[] = []
  const latencies: Load[] = []
  const floor: Load[] = []
  for (let time = 1; time <= times; time += 1) {
    const both = async (url: string) => ({
      fast: await send(url, events, 0),
      slow: await send(url, steady, steadyRate),
    })
    const without = await withoutJournal(both)
    const { fast, slow } = await withJournal(events + steady, both)
    theirs.push(rateOf(events, without.fast))
    ours.push(rateOf(events, fast))
    floor.push(without.slow)
    latencies.push(slow)
    say(`${time} of ${times}: ${ours.at(-1)}/s, without a journal ${theirs.at(-1)}/s`)
  }
  const ratio = median(ours.map((rate, index) => rate / (theirs[index] ?? Number.NaN)))
  const [value, p99] = [median(ours), median(latencies.map((one) => one.p99))]
  return {
    bench: 'webhook',
    ratio: rounded(ratio),
    value: rounded(value),
    unit: 'events/s',
    bar: `ratio >= ${ratioBar}, value >= ${rateBar}, p99 at ${steadyRate}/s < ${p99Bar} ms`,
    passed: ratio >= ratioBar && value >= rateBar && p99 < p99Bar,
    details: {
      events,
      ours_per_second: ours,
      without_journal_per_second: theirs,
      at_1000_per_second: {
        events: steady,
        p50_ms: rounded(median(latencies.map((one) => one.p50))),
        p99_ms: rounded(p99),
        each_p99_ms: latencies.map((one) => rounded(one.p99)),
        // What the machine does to a server that writes nothing.
        without_journal_p99_ms: floor.map((one) => rounded(one.p99)),
      },
    },
  }
}

async function send(url: string, events: number, rate: number): Promise<Load> {
  const words = [load, url, webhookPath, String(events), String(rate)]
  const { stdout } = await measure(words, process.cwd())
  return JSON.parse(stdout)
}

function rateOf(events: number, { ms }: Load): number {
  return rounded((events * 1000) / ms)
}

async function withoutJournal<T>(work: (url: string) => Promise<T>): Promise<T> {
  return await running(await startProcess([reference]), work)
}

async function withJournal<T>(events: number, work: (url: string) => Promise<T>): Promise<T> {
  const folder = await makeServingFolder()
  try {
    const result = await running(await folder.serve(), work)
    await requireKept(folder, events)
    return result
  } finally {
    await folder.remove()
  }
}

/** Each run of the sender begins with one event that is not counted. */
async function requireKept(folder: ServingFolder, events: number): Promise<void> {
  const { ready, stop } = await folder.serve()
  await stop()
  const expected = events + 2
  const kept = ready.waiting?.entries
  if (kept !== expected) throw new Error(`of ${expected} events the journal has ${kept}`)
}

async function running<T>(
  { ready, stop }: ServerProcess,
  work: (url: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(ready.url)
  } finally {
    await stop()
  }
}
