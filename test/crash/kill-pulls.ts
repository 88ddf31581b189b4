/** The stories of pulls, killed at edge after edge. */
import type { Host } from '../support/world.ts'
import { deathsAt } from './edges.ts'
import { killedPull } from './killed-pull.ts'
import { pullStory } from './pull-story.ts'
import { takeOverStory } from './take-over-story.ts'

export interface KilledPulls {
  readonly deaths: number
  /** Names of all edges that were passed. */
  readonly passed: ReadonlySet<string>
  readonly wrong: readonly string[]
}

const stories = { pulled: pullStory, takenOver: takeOverStory } as const

/** `every` as in `deathsAt`. */
export async function killPulls(
  nextHost: () => Promise<Host>,
  every: boolean,
): Promise<KilledPulls> {
  const passed = new Set<string>()
  const wrong: string[] = []
  let deaths = 0
  const all = Object.entries(stories).flatMap(([name, story]) =>
    [...story.steps.entries()].flatMap(([step, { isLikeOthers = false }]) =>
      every || !isLikeOthers ? [{ name, story, step }] : [],
    ),
  )
  for (const { name, story, step } of all) {
    const undisturbed = await killedPull(await nextHost(), story, step, null)
    wrong.push(...undisturbed.complaints)
    const { edges } = undisturbed
    for (const at of deathsAt(edges, every)) {
      const killed = await killedPull(await nextHost(), story, step, at)
      deaths += 1
      for (const edge of killed.passed) passed.add(edge)
      const where = `${name} ${step}/${at} ${edges[at - 1]}`
      wrong.push(...killed.complaints.map((each) => `${where}: ${each}`))
    }
  }
  return { deaths, passed, wrong }
}
