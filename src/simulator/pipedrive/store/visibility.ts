/** Who may see what: admins everything, others what is shared with all, with their group, or is their own. */
import type { Company } from './company.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { StoredRecord } from './records.ts'
import { flag, number } from './values.ts'

/** `visible_to`: 1 the owner, 3 everyone, 5 the owner's group, 7 that group and those below it. */
export const visibilities = [1, 3, 5, 7] as const

const owned: readonly ObjectName[] = ['deal', 'person', 'organization', 'product', 'lead']

export function canSee(
  company: Company,
  user: StoredRecord,
  object: ObjectName,
  { values }: StoredRecord,
): boolean {
  if (!owned.includes(object) || flag(user.values, 'is_admin')) return true
  const visibleTo = number(values, 'visible_to') ?? 3
  const ownerId = String(number(values, 'owner_id') ?? '')
  if (visibleTo === 3 || ownerId === user.id) return true
  if (visibleTo === 1) return false
  const owner = company.table('user').get(ownerId)
  const group = number(user.values, 'group_id')
  return owner !== null && group !== null && number(owner.values, 'group_id') === group
}

/** The users who may see a record, by ascending id. */
export function permittedUsers(
  company: Company,
  object: ObjectName,
  record: StoredRecord,
): readonly StoredRecord[] {
  return [...company.table('user').all()].filter((user) => canSee(company, user, object, record))
}
