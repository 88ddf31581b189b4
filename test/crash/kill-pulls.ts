/** The stories of pulls, killed at edge after edge. */
import { aroundRuns, deathsAt, deathsIn } from './edges.ts'
import type { Place } from './begun-pull.ts'
import { type Judged, type KilledPull, killedPull } from './killed-pull.ts'
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

export const stories = {
  pulled: pullStory,
  received: receivedStory,
  subscribed: subscribedStory,
  takenOver: takeOverStory,
} as const satisfies Record<string, Story>
export type StoryName = keyof typeof stories
export const storyNames = Object.keys(stories) as readonly StoryName[]

/**
 * Kills each step wherever the world is another one, or at one edge of each stretch where the world can't be
 * read; each story has a place of its own.
 */
export async function killPulls(
  nextPlace: () => Promise<Place>,
  names: readonly StoryName[] = storyNames,
): Promise<KilledPulls> {
  const passed = new Set<string>()
  const wrong: string[] = []
  let deaths = 0
  for (const name of names) {
    const story: Story = stories[name]
    const place = await nextPlace()
    const judged: Judged = new Map()
    for (const [step, { isLikeOthers = false }] of story.steps.entries()) {
      if (isLikeOthers && place.files === null) continue
      const killedAt = (at: number | null): Promise<KilledPull> =>
        killedPull(place, story, step, at, judged)
      const { complaints, edges, worlds } = await killedAt(null)
      wrong.push(...complaints)
      for (const at of deadly(story, { edges, worlds })) {
        const killed = await killedAt(at)
        deaths += 1
        for (const edge of killed.passed) passed.add(edge)
        const where = `${name} ${step}/${at} ${edges[at - 1]}`
        wrong.push(...killed.complaints.map((each) => `${where}: ${each}`))
      }
    }
  }
  return { deaths, passed, wrong }
}

/** The numbers of the edges to die at. */
function deadly(
  story: Story,
  { edges, worlds }: Pick<KilledPull, 'edges' | 'worlds'>,
): readonly number[] {
  const numbers = worlds.length === 0 ? deathsAt(edges) : deathsIn(worlds)
  if (story.runsAreLikeOthers !== true) return numbers
  const around = aroundRuns(edges)
  return numbers.filter((number) => around[number - 1])
}
