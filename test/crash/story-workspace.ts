/** A process of a story, as those who serve see it. */
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { deals, type ScriptedCrm } from '../pull/scripted-crm.ts'
import type { CrashingProcess } from '../support/crashing.ts'
import { type LoaderParts, loaderWorkspace } from '../support/loader-workspace.ts'
import { deadOwner } from './dead-owner.ts'
import type { World } from './pull-story.ts'

/** What the stories differ in. */
export interface Receiving {
  readonly journal: Journal
  readonly events: LoaderParts['source']['events']
}

export function storyWorkspace(
  { sync, ledger, warehouse }: World,
  { reader }: ScriptedCrm,
  process: CrashingProcess,
  { journal, events }: Receiving,
): Workspace {
  // Stories share a state: each other's pulls would be at work there, of which their files know nothing.
  const own = {
    ...ledger,
    syncs: async () => (await ledger.syncs()).filter((one) => one.sync === sync.name),
  }
  return loaderWorkspace({
    ...process.wrapStores({ ledger: own, warehouse }),
    sync,
    owner: deadOwner(),
    journal,
    source: { name: 'scripted', objects: [deals], events },
    reader: process.wrapReader(reader),
  })
}
