/** Two names of one object, `contacts` and `0-1`, are told to be one without asking the CRM. */
import type { ConnectionKind, CrmTypes } from '../project.ts'

/** What all names of an object of the connection's CRM have in common, as far as it is known offline. */
export type ObjectKeys = (connection: string, object: string) => string

/** Where the connection's type is not known, names that differ in case alone count as one. */
export function objectKeys(
  kinds: ReadonlyMap<string, ConnectionKind | null> | null,
  connectors: CrmTypes,
): ObjectKeys {
  return (connection, object) => {
    const crm = connectors.get(kinds?.get(connection)?.type ?? '')
    return crm === undefined ? object.toLowerCase() : crm.objectKey(object)
  }
}
