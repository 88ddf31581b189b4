/** The lists that fields refer to: owners, and the record types of an object. */
import type { ReferenceList } from '../../model/reference-list.ts'
import { type ReferenceEntry, RequestFailure } from '../connector.ts'
import { type Json, textIn } from '../http/json.ts'
import type { SalesforceApi } from './api.ts'
import { queryAll } from './query.ts'

/** What `references` takes. Queues can own only some objects, and go by a developer name. */
export const referenceLists: readonly ReferenceList[] = [
  { name: 'owners', names: ['email', 'username', 'name', 'developer_name'], has: () => true },
  { name: 'record_types', names: ['name', 'developer_name'], has: () => true },
]

export async function references(
  api: SalesforceApi,
  list: string,
  object: string,
): Promise<readonly ReferenceEntry[]> {
  switch (list) {
    case 'owners':
      return [...(await users(api)), ...(await queues(api, object))]
    case 'record_types': {
      const { recordTypes } = await api.sobject(object)
      return recordTypes.map(({ id, name, developerName }) => ({
        id,
        names: { name, developer_name: developerName },
      }))
    }
    default:
      throw new RequestFailure({
        kind: 'invalid',
        reason: 'unknown_list',
        message: `Salesforce has no list “${list}”; known are ${referenceLists.map(({ name }) => name).join(', ')}`,
      })
  }
}

/** Inactive users are left out: a record can't be given to them. */
async function users(api: SalesforceApi): Promise<readonly ReferenceEntry[]> {
  const soql = 'SELECT Id,Name,Email,Username FROM User WHERE IsActive = true'
  const found = await queryAll(api, [soql])
  // Who asks is a user: an empty list went wrong, and would reject every row for good.
  if (found.length === 0) {
    const message = 'Salesforce answered the query for users with an empty list'
    throw new RequestFailure({ kind: 'unknown', status: 200, reason: 'unreadable', message })
  }
  return found.flatMap((user) =>
    entry(user, { email: 'Email', username: 'Username', name: 'Name' }),
  )
}

/** Where a queue can be the owner. */
async function queues(api: SalesforceApi, object: string): Promise<readonly ReferenceEntry[]> {
  const owner = (await api.sobject(object)).fields.get('ownerid')
  if (owner?.referenceTo.includes('Group') !== true) return []
  const soql = "SELECT Id,Name,DeveloperName,Email FROM Group WHERE Type = 'Queue'"
  const found = await queryAll(api, [soql])
  return found.flatMap((queue) =>
    entry(queue, { email: 'Email', developer_name: 'DeveloperName', name: 'Name' }),
  )
}

/** `names`: what a lookup calls a name → the field that holds it. */
function entry(record: Json, names: Readonly<Record<string, string>>): readonly ReferenceEntry[] {
  const id = textIn(record, 'Id')
  if (id === null) return []
  const known = Object.entries(names).flatMap(([name, field]) => {
    const value = textIn(record, field)
    return value === null ? [] : [[name, value] as const]
  })
  return [{ id, names: Object.fromEntries(known) }]
}
