/** The stories of pulls, killed at edge after edge. */
import { aroundRuns, deathsAt } from './edges.ts'
import { type Judged, killedPull, type Place } from './killed-pull.ts'
import { pullStory, type Story } from './pull-story.ts'
import { receivedStory } from './received-story.ts'
import { subscribedStory } from './subscribed-story.ts'
import { takeOverStory } from './take-over-story.ts'

export interface KilledPulls {
  readonly deaths: number
  /** Names of all edges that were passed. */
  readonly passed: ReadonlySet<string>
  readonly wrong: readonly string[]
}

const stories = {
  pulled: pullStory,
  received: receivedStory,
  subscribed: subscribedStory,
  takenOver: takeOverStory,
} as const
export type StoryName = keyof typeof stories
export const storyNames = Object.keys(stories) as readonly StoryName[]

/** `every` as in `deathsAt`. */
export async function killPulls(
  nextPlace: () => Promise<Place>,
  every: boolean,
  names: readonly StoryName[] = storyNames,
): Promise<KilledPulls> {
  const passed = new Set<string>()
  const wrong: string[] = []
  let deaths = 0
  const all = names.flatMap((name) => {
    const story: Story = stories[name]
    return [...story.steps.entries()].flatMap(([step, { isLikeOthers = false }]) =>
      every || !isLikeOthers ? [{ name, story, step }] : [],
    )
  })
  for (const { name, story, step } of all) {
    const undisturbed = await killedPull(await nextPlace(), story, step, null)
    wrong.push(...undisturbed.complaints)
    const { edges } = undisturbed
    const judged: Judged = new Map()
    const deadly = story.runsAreLikeOthers === true ? aroundRuns(edges) : edges.map(() => true)
    for (const at of deathsAt(edges, every).filter((number) => deadly[number - 1])) {
      const killed = await killedPull(await nextPlace(), story, step, at, judged)
      deaths += 1
      for (const edge of killed.passed) passed.add(edge)
      const where = `${name} ${step}/${at} ${edges[at - 1]}`
      wrong.push(...killed.complaints.map((each) => `${where}: ${each}`))
    }
  }
  return { deaths, passed, wrong }
}
