/** Use case: the life of one record and where it stands, without asking the CRM (promise 9). */
import { explain, type Life, type LifeEvent, type UnderWay } from '../../engine/push/explain.ts'
import type { PushSync } from '../../model/sync.ts'
import { maskSensitive } from './mask-sensitive.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { Life, LifeEvent, UnderWay }

/** Values of sensitive fields are masked. Null where no run has met the key. */
export async function explainKey(
  workspace: Workspace,
  sync: PushSync,
  key: string,
): Promise<Life | null> {
  const warehouse = await workspace.warehouse(sync.warehouse)
  const ledger = await workspace.ledger()
  const life = await explain(ledger, warehouse, workspace.project.workingSchema, sync, key)
  const { baseline, held, waits, events, underWay } = life
  const isKnown = [baseline, held, waits].some((one) => one !== null)
  if (!isKnown && events.length + underWay.length === 0) return null
  const mask = maskSensitive(sync)
  return {
    ...life,
    baseline:
      baseline === null ? null : { ...baseline, crmValues: mask.values(baseline.crmValues) },
    held: held === null ? null : { ...held, message: mask.message(held.message) },
    waits: waits === null ? null : { ...waits, message: mask.message(waits.message) },
    events: events.map((event) => ({
      ...event,
      message: mask.message(event.message),
      changes: mask.changes(event.changes),
    })),
  }
}
