/** One history of the crash matrix: killed where it is told, then left in peace and judged. */
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { gatherEvidence } from '../support/gather-evidence.ts'
import { judge } from '../support/judge.ts'
import type { FileHost } from '../support/host.ts'
import { type BegunHistory, begunHistory } from './begun-history.ts'
import { judgeLinks } from './judge-links.ts'
import type { Scenario } from './scenario.ts'
import { smallBatches } from './sites.ts'

export interface KilledHistory {
  /** Names of the edges that each process passed; the last of a killed one is where it died. */
  readonly passed: readonly (readonly string[])[]
  readonly complaints: readonly string[]
}

/** How histories of one scenario went on from the worlds that their dead processes left. */
export type Judged = Map<string, KilledHistory>

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
  const begun = await begunHistory(host, scenario)
  try {
    const played = new Play(begun, scenario)
    const passed: (readonly string[])[] = []
    for (const at of kills) passed.push(await played.runUntilDeath(at))
    const left = `${kills.length} ${await begun.left()}`
    const after = judged.get(left) ?? (await played.end(kills.length === 0))
    judged.set(left, after)
    return { passed: [...passed, ...after.passed], complaints: after.complaints }
  } finally {
    await begun.close()
  }
}

class Play {
  readonly #begun: BegunHistory
  readonly #scenario: Scenario

  constructor(begun: BegunHistory, scenario: Scenario) {
    this.#begun = begun
    this.#scenario = scenario
  }

  /** The edges passed. A run may also end by its own error, as it should without a kill. */
  async runUntilDeath(at: number | null): Promise<readonly string[]> {
    const { during, options, repair } = this.#scenario
    const { site, sync } = this.#begun
    const process = new CrashingProcess(at)
    try {
      await site.world.run({ ...sync, ...during }, options, (base) =>
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
    const { site, sync, reports } = this.#begun
    const { world, history } = site
    const { after, repair, options } = this.#scenario
    const passed: (readonly string[])[] = []
    if (isUndisturbed || repair !== undefined || options !== undefined) {
      passed.push(await this.runUntilDeath(null))
    }
    await this.#begun.sql([...(repair ?? []), ...(after ?? [])])
    const last = new CrashingProcess(null)
    reports.push(await world.run(sync, {}, (base) => last.wrap(smallBatches(base))))
    passed.push(last.edges)
    world.callsSince()
    // What is held to be tried again waits for a minute.
    const quiet = await world.run(sync)
    reports.push(quiet)
    const calls = world.callsSince()
    const evidence = await gatherEvidence(world, history(), sync, reports, [])
    const complaints = [...judge(evidence), ...(await judgeLinks(world, sync, site.links()))]
    if (calls > 0) complaints.push(`the run after made ${calls} calls`)
    if (quiet.outcomes.delivered > 0) complaints.push('the run after delivered again')
    return { passed, complaints }
  }
}
