/** What a sync looks at all the same that does not read records before it writes them. */
import type { CompiledMapping } from '../mapping/mapping.ts'
import type { PushSync } from '../../model/sync.ts'
import type { DueRow } from './plan-row.ts'

/**
 * Whether nothing but a look can find the row's record: the CRM takes neither an update by a match value nor, where
 * that is not unique, a create for what it is.
 */
export function needsLook(
  { baseline, side }: DueRow,
  { mode }: Pick<PushSync, 'mode'>,
  { match, identity }: Pick<CompiledMapping, 'match' | 'identity'>,
): boolean {
  const isBound = baseline !== null && baseline.presence !== 'archived'
  if (side === 'removed' || isBound || match === null) return false
  return mode === 'update' || identity === null || identity.valueOf !== null
}
