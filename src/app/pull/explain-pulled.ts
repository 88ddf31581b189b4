/** Use case: the life of one pulled record, by its object and id, without asking the CRM (promise 9). */
import {
  explainRecord,
  type RecordChange,
  type RecordLife,
  type RecordVersion,
} from '../../engine/pull/history/explain-record.ts'
import type { PullSync } from '../../model/sync.ts'
import { pulledObject } from './pulled-object.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { RecordChange, RecordLife, RecordVersion }

/** `object`: null where the sync pulls one alone. The life is null where nothing is known of the key. */
export async function explainPulled(
  workspace: Workspace,
  sync: PullSync,
  object: string | null,
  key: string,
): Promise<RecordLife | null> {
  const { source } = await workspace.source(sync.crm)
  const meant = pulledObject(sync, source.objects, object)
  const warehouse = await workspace.warehouse(sync.warehouse)
  const life = await explainRecord(warehouse, workspace.project.workingSchema, sync, meant, key)
  return life.versions.length + life.changes.length === 0 ? null : life
}
