/** What whoever takes the lease of a renamed push does before anything else. */
import { followRename } from '../../src/app/run/follow-rename.ts'
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import type { PushSync } from '../../src/model/sync.ts'
import type { PushWorld } from './world.ts'

export function renamePushTo(
  { ledger, warehouse, workingSchema }: Pick<PushWorld, 'ledger' | 'warehouse' | 'workingSchema'>,
  renamed: PushSync,
): Promise<void> {
  const workspace = {
    owner: 'worker',
    project: { workingSchema },
    ledger: () => Promise.resolve(ledger),
    warehouse: () => Promise.resolve(warehouse),
  }
  return followRename(workspace as unknown as Workspace, renamed)
}
