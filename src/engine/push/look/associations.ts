/** What records are associated with, read beside their values. */
import type { AssociationKind } from '../../../connector/connector.ts'
import type { CrmRecord } from '../../../core/plan/crm-record.ts'
import { associationName } from '../../../core/mapping/association.ts'
import type { AssociationMapping } from '../../../model/sync.ts'
import type { PushContext } from '../../context.ts'

/** The records with the ids they are associated with, as values of the association's field. */
export async function withAssociations<T extends CrmRecord>(
  context: PushContext,
  records: readonly T[],
  wanted: (record: T, field: string) => readonly (string | null)[],
): Promise<readonly T[]> {
  const { crm, sync } = context
  const { associations } = crm
  if (associations === null || sync.associations.length === 0) return records
  if (records.length === 0) return records
  const values = new Map(records.map((record) => [record.id, { ...record.values }]))
  const size = context.connector.pages.read
  for (const association of sync.associations) {
    const name = associationName(association)
    const ids = [...values.keys()]
    for (let start = 0; start < ids.length; start += size) {
      const found = await associations.read(
        ids.slice(start, start + size),
        associationKind(context, association),
      )
      for (const record of records) {
        const held = found.get(record.id)
        const target = values.get(record.id)
        if (held === undefined || target === undefined) continue
        // Of several associations the one that we gave, or want, stands for the field's value.
        const ours = wanted(record, name).find((id) => id !== null && held.includes(id))
        target[name] = ours ?? null
      }
    }
  }
  return records.map((record) => ({ ...record, values: values.get(record.id) ?? record.values }))
}

export function associationKind(
  { sync }: PushContext,
  { to, label }: AssociationMapping,
): AssociationKind {
  return { from: sync.object, to, label }
}
