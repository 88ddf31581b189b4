/** What the CRM holds of rows' records now, by a consistent read. */
import type { RemoteRecord } from '../../../connector/connector.ts'
import { isAssociation } from '../../../core/mapping/association.ts'
import type { FieldKnowledge } from '../../../core/mapping/mapping.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { RunContext } from '../../context.ts'
import { readPages } from '../look/read-values.ts'

/** The record of each row, by sequence: by id where it has one, else by the unique field. */
export async function readCurrent(
  context: RunContext,
  knowledge: FieldKnowledge,
  rows: readonly PlanRow[],
): Promise<ReadonlyMap<number, RemoteRecord>> {
  const { identity, match } = knowledge
  const changed = rows.flatMap((row) => Object.keys(row.changes))
  const fields = new Set(changed.filter((name) => !isAssociation(name)))
  if (match !== null) fields.add(match.name)
  const options = { object: context.sync.object, fields: [...fields] }
  const known = rows.filter((row) => row.remoteId !== null)
  const created = rows.filter(
    (row) => row.remoteId === null && identityValue(row, knowledge) !== null,
  )
  const [byId, byValue] = await Promise.all([
    readPages(
      context,
      known.map((row) => row.remoteId ?? ''),
      (page) => context.crm.readById(page, options),
    ),
    readPages(
      context,
      created.map((row) => identityValue(row, knowledge) ?? ''),
      (page) => context.crm.readByValue(identity?.name ?? '', page, options),
    ),
  ])
  const found = new Map<number, RemoteRecord>()
  for (const row of known) {
    const record = byId.get(row.remoteId ?? '')
    if (record !== undefined) found.set(row.sequence, record)
  }
  for (const row of created) {
    const record = byValue.get(identityValue(row, knowledge) ?? '')?.[0]
    if (record !== undefined) found.set(row.sequence, record)
  }
  return found
}

/** The value by which a created record is found, as the CRM holds it. */
export function identityValue(
  row: PlanRow,
  { identity, normalise }: FieldKnowledge,
): string | null {
  const value = identity === null ? null : (row.changes[identity.name]?.after ?? null)
  return identity === null || value === null ? null : normalise(identity, value)
}
