/** One history of the crash matrix: killed where it is told, then left in peace and judged. */
import type { PushSync } from '../../src/model/sync.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import type { JudgedReport } from '../support/evidence.ts'
import { gatherEvidence } from '../support/gather-evidence.ts'
import { judge } from '../support/judge.ts'
import type { FileHost } from '../support/world.ts'
import { modelTable } from './model.ts'
import type { Scenario } from './scenario.ts'
import { scenarioSync } from './scenarios.ts'
import { openSite, type Site, smallBatches } from './sites.ts'
import { worldLeft } from './world-left.ts'

export interface KilledHistory {
  /** Names of the edges that each process passed; the last of a killed one is where it died. */
  readonly passed: readonly (readonly string[])[]
  readonly complaints: readonly string[]
}

/** How histories of one scenario went on from the worlds that their dead processes left. */
export type Judged = Map<string, KilledHistory>

let histories = 0

/**
 * `kills`: for the first processes, the number of the edge each dies at; none: only recorded. What dead
 * processes leave is judged once: `judged` knows how the same world went on before.
 */
export async function killedHistory(
  host: FileHost,
  scenario: Scenario,
  kills: readonly number[],
  judged: Judged = new Map(),
): Promise<KilledHistory> {
  histories += 1
  const name = `h${histories}`
  const site = await openSite(scenario, host, name)
  const { world } = site
  try {
    const played = new Play(site, scenarioSync(scenario, name), scenario)
    await played.begin()
    const passed: (readonly string[])[] = []
    for (const at of kills) passed.push(await played.runUntilDeath(at))
    const left = `${kills.length} ${await leftBehind(host, site, name)}`
    const after = judged.get(left) ?? (await played.end(kills.length === 0))
    judged.set(left, after)
    return { passed: [...passed, ...after.passed], complaints: after.complaints }
  } finally {
    await world.sql(`drop schema ${name} cascade`)
    await world.close()
  }
}

function leftBehind(host: FileHost, { world, dump }: Site, name: string): Promise<string> {
  const { clock, warehouse, workingSchema } = world
  return worldLeft({
    warehouse,
    name,
    schemas: [name, workingSchema],
    files: [host.stateFile],
    others: [clock.monotonic(), dump()],
  })
}

class Play {
  readonly #site: Site
  readonly #sync: PushSync
  readonly #scenario: Scenario
  readonly #reports: JudgedReport[] = []

  constructor(site: Site, sync: PushSync, scenario: Scenario) {
    this.#site = site
    this.#sync = sync
    this.#scenario = scenario
  }

  /** Up to what the killed run finds. */
  async begin(): Promise<void> {
    const { world } = this.#site
    const { before, change } = this.#scenario
    await world.sql(`create schema ${this.#sync.name}`)
    await this.#sql([modelTable])
    world.clock.pass(60_000)
    for (const step of before) {
      await this.#sql(step.sql)
      if (step.run) this.#reports.push(await world.run(this.#sync))
      // Search finds what was written before.
      world.clock.pass(60_000)
    }
    await this.#sql(change)
  }

  /** The edges passed. A run may also end by its own error, as it should without a kill. */
  async runUntilDeath(at: number | null): Promise<readonly string[]> {
    const { during, options, repair } = this.#scenario
    const process = new CrashingProcess(at)
    try {
      await this.#site.world.run({ ...this.#sync, ...during }, options, (base) =>
        process.wrap(smallBatches(base)),
      )
    } catch (error) {
      const isExpected = process.dead || repair !== undefined
      if (!isExpected) throw error
      if (error instanceof Crash && !process.dead) throw error
    }
    return process.edges
  }

  /** Left in peace, and judged. */
  async end(isUndisturbed: boolean): Promise<KilledHistory> {
    const { world, history } = this.#site
    const { repair, options } = this.#scenario
    const reports = this.#reports
    const passed: (readonly string[])[] = []
    if (isUndisturbed || repair !== undefined || options !== undefined) {
      passed.push(await this.runUntilDeath(null))
    }
    await this.#sql(repair ?? [])
    const last = new CrashingProcess(null)
    reports.push(await world.run(this.#sync, {}, (base) => last.wrap(smallBatches(base))))
    passed.push(last.edges)
    world.callsSince()
    // What is held to be tried again waits for a minute.
    const quiet = await world.run(this.#sync)
    reports.push(quiet)
    const calls = world.callsSince()
    const evidence = await gatherEvidence(world, history(), this.#sync, reports, [])
    const complaints = [...judge(evidence)]
    if (calls > 0) complaints.push(`the run after made ${calls} calls`)
    if (quiet.outcomes.delivered > 0) complaints.push('the run after delivered again')
    return { passed, complaints }
  }

  #sql(texts: readonly string[]): Promise<void> {
    const table = `${this.#sync.name}.customers`
    return this.#site.world.sql(...texts.map((text) => text.replace(/\bcustomers\b/, table)))
  }
}
