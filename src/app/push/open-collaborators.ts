/** What the engine works with, opened from the workspace for the work on one sync. */
import type { Collaborators, ConnectionCap } from '../../engine/context.ts'
import type { Progress } from '../../engine/progress.ts'
import type { Project } from '../../config/project.ts'
import { isOf, type PushSync } from '../../model/sync.ts'
import { openTransform } from '../../sandbox/open-transform.ts'
import { stoppableReads } from './stoppable-reads.ts'
import { callsOfToday } from '../status/connection-usage.ts'
import { systemClock } from '../system-clock.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface CollaboratorOptions {
  /** Ends reads of the CRM; asked anew for each, null where they must not be cut off. */
  readonly readsEndAt: () => AbortSignal | null
  readonly progress: (event: Progress) => void
}

/** Requests in flight at once; the rate budget bounds what they may do together. */
const concurrency = 8

/** The project's other pushes by the same connection. */
export function siblingsOf({ syncs }: Pick<Project, 'syncs'>, sync: PushSync): readonly PushSync[] {
  const pushes = syncs.filter((each) => isOf('push', each))
  return pushes.filter(({ name, crm }) => name !== sync.name && crm === sync.crm)
}

function connectionCapOf(workspace: Workspace, connection: string): ConnectionCap | null {
  const max = workspace.project.connections.get(connection)?.maxCallsPerDay ?? null
  if (max === null) return null
  return { max, spent: (now, except) => callsOfToday(workspace, connection, now, except) }
}

export async function openCollaborators(
  workspace: Workspace,
  sync: PushSync,
  { readsEndAt, progress }: CollaboratorOptions,
): Promise<Collaborators> {
  const [ledger, warehouse, { connector, crm }] = await Promise.all([
    workspace.ledger(),
    workspace.warehouse(sync.warehouse),
    workspace.crm(sync.crm),
  ])
  return {
    sync,
    siblings: siblingsOf(workspace.project, sync),
    connector,
    crm: stoppableReads(crm, readsEndAt),
    warehouse,
    ledger,
    workingSchema: workspace.project.workingSchema,
    clock: systemClock,
    random: Math.random,
    progress,
    connectionCap: connectionCapOf(workspace, sync.crm),
    concurrency,
    retentionDays: workspace.project.retentionDays,
    openTransform: (source) => openTransform(source, { clock: systemClock }),
  }
}
