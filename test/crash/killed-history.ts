/** One history of the crash matrix: killed where it is told, then left in peace and judged. */
import { gatherEvidence } from '../support/gather-evidence.ts'
import { CrashingProcess } from '../support/crashing.ts'
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
  /** The world that its dead processes left. */
  readonly left: string
}

/** How histories of one scenario went on from the worlds that their dead processes left. */
export type Judged = Map<string, Pick<KilledHistory, 'passed' | 'complaints'>>

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
  const begun = await begunHistory(host, scenario, kills.slice(0, -1))
  try {
    const last = kills.at(-1)
    if (last !== undefined) await begun.work(last)
    const left = await begun.left()
    const known = `${kills.length} ${left}`
    const after = judged.get(known) ?? (await end(begun, scenario, kills.length === 0))
    judged.set(known, after)
    return { passed: [...begun.deaths, ...after.passed], complaints: after.complaints, left }
  } finally {
    await begun.close()
  }
}

/** Left in peace, and judged. */
async function end(
  begun: BegunHistory,
  { after, repair, options }: Scenario,
  isUndisturbed: boolean,
): Promise<Pick<KilledHistory, 'passed' | 'complaints'>> {
  const { site, sync, reports } = begun
  const { world, history } = site
  const passed: (readonly string[])[] = []
  if (isUndisturbed || repair !== undefined || options !== undefined) {
    passed.push(await begun.work(null))
  }
  await begun.sql([...(repair ?? []), ...(after ?? [])])
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
