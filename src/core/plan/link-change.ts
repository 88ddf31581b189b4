/** What an operation does to one of its associations: which link goes, and which comes. */
import type { AssociationMapping } from '../../model/sync.ts'
import { associationName, isAssociation } from '../mapping/association.ts'
import type { PlanRow } from './plan-row.ts'

/** Ids of records; null where no link goes, or none comes. */
export interface LinkChange {
  readonly old: string | null
  readonly new: string | null
}

/** An update of associations alone needs no request for the record itself. */
export function changesOnlyLinks({ kind, changes }: Pick<PlanRow, 'kind' | 'changes'>): boolean {
  return kind === 'update' && Object.keys(changes).every(isAssociation)
}

export function linkChange(
  row: Pick<PlanRow, 'changes' | 'crmValues'>,
  association: AssociationMapping,
  all: readonly AssociationMapping[],
): LinkChange {
  const change = row.changes[associationName(association)]
  if (change === undefined) return { old: null, new: null }
  const { sent = null, after } = change
  const goes = sent !== null && sent !== after && !isHeldByAnother(row, association, all, sent)
  return { old: goes ? sent : null, new: after }
}

/**
 * Whether the pair must stay for the sake of another association of the row: without its plain
 * association it would lose its labels too.
 */
function isHeldByAnother(
  row: Pick<PlanRow, 'changes' | 'crmValues'>,
  { to, label }: AssociationMapping,
  all: readonly AssociationMapping[],
  toId: string,
): boolean {
  if (label !== null) return false
  return all.some((other) => {
    if (other.to !== to || other.label === null) return false
    const name = associationName(other)
    const change = row.changes[name]
    return (change === undefined ? row.crmValues[name] : change.after) === toId
  })
}
