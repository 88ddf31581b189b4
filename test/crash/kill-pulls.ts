/** The story of a pull, killed at edge after edge. */
import type { Host } from '../support/world.ts'
import { deathsAt } from './edges.ts'
import { killedPull, steps } from './pull-story.ts'

export interface KilledPulls {
  readonly deaths: number
  /** Names of all edges that were passed. */
  readonly passed: ReadonlySet<string>
  readonly wrong: readonly string[]
}

/** `every` as in `deathsAt`. */
export async function killPulls(
  nextHost: () => Promise<Host>,
  every: boolean,
): Promise<KilledPulls> {
  const passed = new Set<string>()
  const wrong: string[] = []
  let deaths = 0
  for (const step of steps.keys()) {
    const undisturbed = await killedPull(await nextHost(), step, null)
    wrong.push(...undisturbed.complaints)
    const { edges } = undisturbed
    for (const at of deathsAt(edges, every)) {
      const killed = await killedPull(await nextHost(), step, at)
      deaths += 1
      for (const edge of killed.passed) passed.add(edge)
      wrong.push(...killed.complaints.map((each) => `${step}/${at} ${edges[at - 1]}: ${each}`))
    }
  }
  return { deaths, passed, wrong }
}
