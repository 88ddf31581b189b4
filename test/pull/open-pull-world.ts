/** Worlds that end with their test. A hook here would be the first importer's alone, as files share their modules. */
import { onTestFinished } from 'vitest'
import { createPullWorld, type PullWorld } from './pull-world.ts'

export async function openPullWorld(
  ...given: Parameters<typeof createPullWorld>
): Promise<PullWorld> {
  const world = await createPullWorld(...given)
  onTestFinished(() => world.close())
  return world
}
