/** Many schedules on all processors, and what they gave together. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { addCounts, emptyCells, type FaultCounts, faultTable } from './cells.ts'
import { lacks, type Played } from './schedule.ts'
import { type CrmName, stageNamed } from './stages.ts'

export interface Harvest {
  readonly crm: CrmName
  readonly played: number
  /** By seed: each replays by `npm run test:soak -- --crm <crm> --first <seed> --seeds 1`. */
  readonly wrong: readonly string[]
  readonly faults: FaultCounts
  readonly crashes: number
  readonly edits: number
  readonly seconds: number
}

const worker = join(import.meta.dirname, 'play-seeds.ts')

/** One cause often shows in many rows. */
const shownComplaints = 5

/** Seeds `first`, `first + 1` and so on. */
export async function playMany(crm: CrmName, first: number, count: number): Promise<Harvest> {
  const begun = performance.now()
  const processes = Math.min(count, availableParallelism())
  const all = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      playPart(crm, [first + index, Math.ceil((count - index) / processes), processes]),
    ),
  )
  return harvest(crm, all.flat(), count, (performance.now() - begun) / 1000)
}

/** First seed, how many, and how far apart. */
type Part = readonly [first: number, count: number, step: number]

async function playPart(crm: CrmName, part: Part): Promise<readonly Played[]> {
  const child = spawn(process.execPath, [worker, crm, ...part.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // The databases work one call at a time (`Turns`): a single thread keeps its memory at hand.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  })
  const played: Played[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    played.push(JSON.parse(line) as Played)
  }
  return played
}

function harvest(crm: CrmName, all: readonly Played[], count: number, seconds: number): Harvest {
  const faults: FaultCounts = {}
  for (const { faults: counts } of all) addCounts(faults, counts)
  const wrong = all.flatMap(({ seed, complaints }) => {
    const shown = complaints.slice(0, shownComplaints).map((each) => `${seed}: ${each}`)
    const more = complaints.length - shown.length
    return more > 0 ? [...shown, `${seed}: and ${more} more`] : shown
  })
  const idle = all.flatMap((each) => lacks(each).map((what) => `${each.seed}: ${what}`))
  const missing = count - all.length
  return {
    crm,
    played: all.length,
    wrong: [...wrong, ...idle, ...(missing > 0 ? [`${missing} seeds were not played`] : [])],
    faults,
    crashes: all.reduce((sum, each) => sum + each.crashes, 0),
    edits: all.reduce((sum, each) => sum + each.edits, 0),
    seconds,
  }
}

/** For people: what happened how often, and the table of faults. */
export function describeHarvest(harvested: Harvest): string {
  const { crm, played, crashes, edits, seconds, faults, wrong } = harvested
  const { table } = stageNamed(crm)
  return [
    `${crm}: ${played} schedules, ${crashes} crashes, ${edits} edits by people, ${seconds.toFixed(0)} s`,
    faultTable(table, faults),
    `cells without a fault: ${emptyCells(table, faults).join(', ') || 'none'}`,
    ...wrong,
  ].join('\n')
}
