import type { Project } from '../../config/project.ts'
import type { Sync } from '../../model/sync.ts'

export function scheduledSyncs({ syncs }: Project): readonly Sync[] {
  return syncs.filter(({ schedules }) => schedules.length > 0)
}
