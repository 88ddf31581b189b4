/**
 * A server on a host without processor time between requests: webhooks are looked after when a run is asked for, and nothing
 * goes on afterwards.
 */
import type { RequestKeepers } from '../subscription/request-keepers.ts'
import { subscribedConnections } from '../subscription/subscribed-connections.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { Reception } from './reception.ts'
import type { SyncRuns } from './sync-runs.ts'
import type { Work, WorkOptions } from './work.ts'

export function workOnRequest(
  workspace: Workspace,
  runs: SyncRuns,
  signal: AbortSignal,
  { onReception, keeping, clock }: WorkOptions,
): Work {
  const targets = subscribedConnections(workspace.project)
  let keepers: Promise<RequestKeepers> | null = null
  const opened = (): Promise<RequestKeepers> => {
    keepers ??= import('../subscription/request-keepers.ts').then(
      (module) => new module.RequestKeepers(workspace, targets, clock, signal, keeping),
    )
    return keepers
  }
  const reception = new Reception(onReception, clock, async (ms) =>
    (await opened()).interrupted(ms),
  )
  return {
    runs: {
      run: async (name) => {
        await (await opened()).before(name)
        return runs.run(name)
      },
    },
    onReception: reception.tell,
    onReceived: () => undefined,
    begin: () => async () => (await keepers)?.ended(),
  }
}
