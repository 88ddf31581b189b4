/** The users of an org, by their names. */
import type { Org } from './org.ts'
import type { StoredRecord } from './records.ts'

export function userNamed(org: Org, username: string): StoredRecord | null {
  const users = org.tableOf('User')
  const field = users.type.find('Username')
  const [id] = field === null ? [] : users.withKey(field, username)
  return id === undefined ? null : users.get(id)
}

export function isActive(user: StoredRecord): boolean {
  return user.values['IsActive'] === true
}
