/** One history of the crash matrix: killed where it is told, then left in peace and judged. */
import type { PushSync } from '../../src/model/sync.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import type { JudgedReport } from '../support/evidence.ts'
import { gatherEvidence } from '../support/gather-evidence.ts'
import { judge } from '../support/judge.ts'
import type { Host, PushWorld } from '../support/world.ts'
import { modelTable } from './model.ts'
import type { Scenario } from './scenario.ts'
import { scenarioSync } from './scenarios.ts'
import { openSite, type Site, smallBatches } from './sites.ts'

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
  const site = await openSite(scenario, host, name)
  const { world } = site
  try {
    return await play(site, scenarioSync(scenario, name), scenario, kills)
  } finally {
    await world.sql(`drop schema ${name} cascade`)
    await world.close()
  }
}

async function play(
  { world, history }: Site,
  sync: PushSync,
  scenario: Scenario,
  kills: readonly number[],
): Promise<KilledHistory> {
  const table = `${sync.name}.customers`
  const sql = (texts: readonly string[]): Promise<void> =>
    world.sql(...texts.map((text) => text.replace(/\bcustomers\b/, table)))
  await world.sql(`create schema ${sync.name}`)
  await sql([modelTable])
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
  const evidence = await gatherEvidence(world, history(), sync, reports, [])
  const complaints = [...judge(evidence)]
  if (calls > 0) complaints.push(`the run after made ${calls} calls`)
  if (quiet.outcomes.delivered > 0) complaints.push('the run after delivered again')
  return { passed, complaints }
}

/** The edges passed. A run may also end by its own error, as it should without a kill. */
async function runUntilDeath(
  world: PushWorld,
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
