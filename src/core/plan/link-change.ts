/** What an operation does to one of its associations: which links go, and which comes. */
import type { AssociationMapping } from '../../model/sync.ts'
import { associationName, isAssociation } from '../mapping/association.ts'
import { linksInDoubt } from './link-doubt.ts'
import type { PlanRow } from './plan-row.ts'

/** Ids of records. */
export interface LinkChange {
  /** More than one where former writes are in doubt. */
  readonly old: readonly string[]
  /** Null where none comes. */
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
  const name = associationName(association)
  const change = row.changes[name]
  if (change === undefined) return { old: [], new: null }
  const { sent = null, after } = change
  const ours = new Set([sent, ...linksInDoubt(row.crmValues, name)])
  const goes = (id: string): boolean => id !== after && !isHeldByAnother(row, association, all, id)
  return { old: [...ours].filter((id) => id !== null).filter(goes), new: after }
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
