/** One history of the crash matrix: killed where it is told, then left in peace and judged. */
import type { PushSync } from '../../src/model/sync.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import type { JudgedReport } from '../support/evidence.ts'
import { gatherEvidence } from '../support/gather-evidence.ts'
import { judge } from '../support/judge.ts'
import { createWorld, type Host, type World } from '../support/world.ts'
import { modelTable, type Scenario, scenarioSync, seedPortal } from './scenarios.ts'

/** The index lags so far behind the writes that no lookup by search would see them. */
const searchLagMs = 5_000

/** Few rows in several batches, one after the other, so that each recording gives the same edges. */
const small = { read: 3, create: 2, update: 2, upsert: 2, delete: 2 }

export interface KilledHistory {
  /** Names of the edges that each process passed; the last of a killed one is where it died. */
  readonly passed: readonly (readonly string[])[]
  readonly complaints: readonly string[]
}

let histories = 0

/** `kills`: for the first processes, the number of the edge each dies at; none: only recorded. */
export async function killedHistory(
  host: Host,
  scenario: Scenario,
  kills: readonly number[],
): Promise<KilledHistory> {
  histories += 1
  const name = `h${histories}`
  const world = await createWorld({ on: { host, name }, searchLagMs, random: () => 0.5 })
  const sync = scenarioSync(scenario, name)
  try {
    return await play(world, sync, scenario, kills)
  } finally {
    await world.sql(`drop schema ${name} cascade`)
    await world.close()
  }
}

async function play(
  world: World,
  sync: PushSync,
  scenario: Scenario,
  kills: readonly number[],
): Promise<KilledHistory> {
  const table = `${sync.name}.customers`
  const sql = (texts: readonly string[]): Promise<void> =>
    world.sql(...texts.map((text) => text.replace(/\bcustomers\b/, table)))
  await world.sql(`create schema ${sync.name}`)
  await sql([modelTable])
  seedPortal(world.hubspot)
  world.clock.pass(60_000)
  const reports: JudgedReport[] = []
  for (const step of scenario.before) {
    await sql(step.sql)
    if (step.run) reports.push(await world.run(sync))
    // Search finds what was written before.
    world.clock.pass(60_000)
  }
  await sql(scenario.change)
  const passed: string[][] = []
  for (const at of kills) passed.push(await runUntilDeath(world, sync, scenario, at))
  const isFailing = scenario.repair !== undefined
  if (kills.length === 0 || isFailing || scenario.options !== undefined) {
    passed.push(await runUntilDeath(world, sync, scenario, null))
  }
  await sql(scenario.repair ?? [])
  const last = new CrashingProcess(null)
  reports.push(await world.run(sync, {}, (base) => last.wrap(smallBatches(base))))
  passed.push(last.edges)
  world.callsSince()
  // What is held to be tried again waits for a minute.
  const quiet = await world.run(sync)
  reports.push(quiet)
  const calls = world.callsSince()
  const evidence = await gatherEvidence(world, sync, reports, [])
  const complaints = [...judge(evidence)]
  if (calls > 0) complaints.push(`the run after made ${calls} calls`)
  if (quiet.outcomes.delivered > 0) complaints.push('the run after delivered again')
  return { passed, complaints }
}

/** The edges passed. A run may also end by its own error, as it should without a kill. */
async function runUntilDeath(
  world: World,
  sync: PushSync,
  scenario: Scenario,
  at: number | null,
): Promise<string[]> {
  const process = new CrashingProcess(at)
  try {
    await world.run({ ...sync, ...scenario.during }, scenario.options, (base) =>
      process.wrap(smallBatches(base)),
    )
  } catch (error) {
    const isExpected = process.dead || scenario.repair !== undefined
    if (!isExpected) throw error
    if (error instanceof Crash && !process.dead) throw error
  }
  return process.edges
}

/** A process that sends two records at a time, one batch after the other. */
export function smallBatches<B extends { readonly connector: object }>(base: B): B {
  return { ...base, connector: { ...base.connector, pages: small }, concurrency: 1 }
}
