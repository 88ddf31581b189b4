/** What a user lacks to name parents by their external ids: on the reference, the parent's object, or its key. */
import type { MissingPermission } from '../connector.ts'
import type { SalesforceApi } from './api.ts'
import {
  fieldNames,
  missingObject,
  missingOnField,
  missingOnObject,
  unseen,
} from './missing-permission.ts'
import { isReadOnly, seenObject } from './schema.ts'
import type { SField, SObject } from './sobject.ts'

/** `path` is a field as `Account.Account_Key__c`. */
export async function missingOnParent(
  api: SalesforceApi,
  child: SObject,
  path: string,
): Promise<readonly MissingPermission[]> {
  const [relationship = '', key = ''] = path.split('.')
  const reference = [...child.fields.values()].find(
    ({ relationshipName }) => relationshipName?.toLowerCase() === relationship.toLowerCase(),
  )
  if (reference === undefined) {
    const name = referenceOf(relationship)
    const why = unseen('field', name, fieldNames(child))
    return [missingOnField({ object: child.name, name, mapped: path }, ['Read', 'Edit'], why)]
  }
  return [
    ...missingOnReference(child, reference, path),
    ...(await missingOnKey(api, reference, { path, key })),
  ]
}

/** By Salesforce's rule for the names of references and their relationships. */
function referenceOf(relationship: string): string {
  return relationship.endsWith('__r') ? relationship.replace(/r$/, 'c') : `${relationship}Id`
}

function missingOnReference(
  { name: object }: SObject,
  reference: SField,
  path: string,
): readonly MissingPermission[] {
  if (reference.createable || reference.updateable || isReadOnly(reference)) return []
  return [missingOnField({ object, name: reference.name, mapped: path }, ['Edit'], 'to write it')]
}

/** Of a reference to several objects no key can be named, which no permission changes. */
async function missingOnKey(
  api: SalesforceApi,
  { referenceTo }: SField,
  { path, key }: { readonly path: string; readonly key: string },
): Promise<readonly MissingPermission[]> {
  const [object, ...others] = referenceTo
  if (object === undefined || others.length > 0) return []
  const why = `to find parents by ${key}`
  const parent = await seenObject(api, object)
  if (parent === null) return [{ ...missingObject(object, ['Read'], why), field: path }]
  const ofKey = { object: parent.name, name: key, mapped: path }
  const isSeen = parent.fields.has(key.toLowerCase())
  return [
    ...(parent.queryable ? [] : [missingOnObject(parent.name, ['Read'], why)]),
    ...(isSeen ? [] : [missingOnField(ofKey, ['Read'], unseen('field', key, fieldNames(parent)))]),
  ]
}
