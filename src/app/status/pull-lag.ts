/**
 * Use case: how far behind the CRM the objects of a pull are. The warehouse knows that, so it is asked, while the rest of
 * a sync's status comes from the state alone.
 */
import { type ObjectLag, objectLags } from '../../engine/pull/history/object-lag.ts'
import type { Waiting } from '../../journal/journal.ts'
import type { PullSync } from '../../model/sync.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface PullLag {
  /** Webhooks of the connection that are in the journal, and not in every pull's tables. */
  readonly waiting: Waiting
  readonly objects: readonly DueObject[]
}

export interface DueObject extends ObjectLag {
  /** From then on a run reads everything, in milliseconds since the epoch, `Infinity` where only a schedule does; null where the next one does. */
  readonly wholeReadDueAt: number | null
}

export async function pullLag(workspace: Workspace, sync: PullSync): Promise<PullLag> {
  const { source } = await workspace.source(sync.crm)
  const warehouse = await workspace.warehouse(sync.warehouse)
  const pulled = source.objects.filter(({ name }) => sync.objects.includes(name))
  const { workingSchema } = workspace.project
  const objects = await objectLags(warehouse, workingSchema, sync, pulled)
  const waiting = await (await workspace.journal()).waiting(sync.crm)
  return { waiting, objects: objects.map((one) => ({ ...one, wholeReadDueAt: dueAt(sync, one) })) }
}

function dueAt({ wholeReadEveryMs }: PullSync, { wholeOwed, position }: ObjectLag): number | null {
  const triedAt = position?.triedAt ?? null
  return wholeOwed !== null || triedAt === null
    ? null
    : Date.parse(triedAt) + (wholeReadEveryMs ?? Number.POSITIVE_INFINITY)
}
