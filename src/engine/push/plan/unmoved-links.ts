/** Whether what a plan's records are associated with is still as the plan saw it. */
import type { RemoteRecord } from '../../../connector/connector.ts'
import { isAssociation } from '../../../core/mapping/association.ts'
import { linksToLookFor } from '../../../core/plan/link-doubt.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { RunContext } from '../../context.ts'
import { describeFailure } from '../errors/failures.ts'
import { withAssociations } from '../look/associations.ts'

export interface MovedLink {
  readonly row: PlanRow
  readonly association: string
}

/** The first of those that the rows change; `records` are the rows' own, by sequence. */
export async function findMovedLink(
  context: RunContext,
  rows: readonly PlanRow[],
  records: ReadonlyMap<number, RemoteRecord>,
): Promise<MovedLink | null> {
  const owners = new Map<RemoteRecord, PlanRow>()
  for (const row of rows) {
    const record = records.get(row.sequence)
    if (record !== undefined && lookedAt(row).length > 0) owners.set({ ...record }, row)
  }
  const wanted = (record: RemoteRecord, name: string): readonly (string | null)[] => {
    const { changes = {}, crmValues = {} } = owners.get(record) ?? {}
    return linksToLookFor(crmValues, name, changes[name]?.after ?? null)
  }
  const read = withAssociations(context, [...owners.keys()], wanted)
  const seen = await describeFailure(context, read)
  for (const [index, row] of [...owners.values()].entries()) {
    const association = lookedAt(row).find(
      (name) => (seen[index]?.values[name] ?? null) !== row.changes[name]?.crm,
    )
    if (association !== undefined) return { row, association }
  }
  return null
}

/** Associations that the row changes, and that its plan looked at. */
function lookedAt({ kind, changes }: PlanRow): readonly string[] {
  if (kind !== 'update') return []
  return Object.keys(changes).filter(
    (name) => isAssociation(name) && changes[name]?.crm !== undefined,
  )
}
