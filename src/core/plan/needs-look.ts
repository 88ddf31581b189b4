/** What a sync looks at all the same that does not read records before it writes them. */
import type { CompiledMapping } from '../mapping/mapping.ts'
import type { PushSync } from '../../model/sync.ts'
import type { DueRow, PlanRow } from './plan-row.ts'

/**
 * Whether nothing but a look can find the row's record: the CRM takes neither an update by a match value nor, where
 * that is not unique, a create for what it is.
 */
export function needsLook(
  { baseline, side }: DueRow,
  { ifDeleted, mode }: Pick<PushSync, 'ifDeleted' | 'mode'>,
  { match, identity }: Pick<CompiledMapping, 'match' | 'identity'>,
): boolean {
  const isMadeAgain = baseline?.presence === 'deleted' && ifDeleted === 'recreate'
  const isBound = baseline !== null && baseline.presence !== 'archived' && !isMadeAgain
  if (side === 'removed' || isBound || match === null) return false
  return mode === 'update' || identity === null || identity.valueOf !== null
}

/** Whether a row of such a sync's plan rests on what a look saw, or did not find. */
export function restsOnLook(
  { changes, kind, presence, seen }: PlanRow,
  { identity }: Pick<CompiledMapping, 'identity'>,
): boolean {
  if (kind === 'create') return identity?.valueOf != null
  // What a row leaves behind is told by the baseline.
  if (kind !== 'none' && presence !== 'present') return false
  return seen !== null || Object.values(changes).some(({ crm }) => crm !== undefined)
}
