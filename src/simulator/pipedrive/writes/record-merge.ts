/** Two records become one: what the survivor lacks it takes from the other, which is deleted. */
import { badRequest } from '../wire/api-error.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { WriteTarget } from './record-write.ts'
import type { StoredRecord, Values } from '../store/records.ts'

/** Those that can be merged, and where other records name them. */
export const mergeable = ['deal', 'person', 'organization'] as const satisfies readonly ObjectName[]
export type Mergeable = (typeof mergeable)[number]

const references: Readonly<Record<Mergeable, readonly (readonly [ObjectName, string])[]>> = {
  deal: [
    ['activity', 'deal_id'],
    ['note', 'deal_id'],
  ],
  person: [
    ['deal', 'person_id'],
    ['activity', 'person_id'],
    ['lead', 'person_id'],
    ['note', 'person_id'],
  ],
  organization: [
    ['deal', 'org_id'],
    ['person', 'org_id'],
    ['activity', 'org_id'],
    ['lead', 'organization_id'],
    ['note', 'org_id'],
  ],
}

/** Records that named the merged one follow it, as changes of their own. Returns the survivor. */
export function mergeRecords(
  { company, object, origin }: WriteTarget,
  loser: StoredRecord,
  survivor: StoredRecord,
): StoredRecord {
  const kind = mergeable.find((one) => one === object)
  if (kind === undefined) throw badRequest(`${object} can not be merged`)
  if (loser.id === survivor.id) throw badRequest('merge_with_id must be another record')
  const { at } = origin
  const values: Values = { ...loser.values, ...survivor.values }
  const merged = { ...survivor, values, updatedAt: at }
  const ended = { ...loser, updatedAt: at, deletedAt: at }
  company.write(object, 'delete', loser, ended, { ...origin, mergedTo: survivor.id })
  company.write(object, 'merge', survivor, merged, { ...origin, mergedFrom: loser.id })
  for (const [other, name] of references[kind]) {
    for (const record of company.table(other).all()) {
      if (record.deletedAt !== null || record.values[name] !== Number(loser.id)) continue
      const moved = { ...record.values, [name]: Number(survivor.id) }
      company.write(other, 'update', record, { ...record, values: moved, updatedAt: at }, origin)
    }
  }
  return merged
}
