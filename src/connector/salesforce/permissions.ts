/** What a user may do with an object and its fields, by describes, which show what the user may see. */
import type { MissingPermission, PushNeeds } from '../connector.ts'
import type { SalesforceApi } from './api.ts'
import { isUnknownObject, readSObjectNames } from './describe.ts'
import {
  fieldNames,
  missingObject,
  missingOnField,
  missingOnObject,
  unseen,
} from './missing-permission.ts'
import { missingOnParent } from './parent-permissions.ts'
import { isReadOnly, seenObject } from './schema.ts'
import type { SField, SObject } from './sobject.ts'

export async function missingPermissions(
  api: SalesforceApi,
  object: string,
  needs: PushNeeds,
): Promise<readonly MissingPermission[]> {
  let sobject: SObject
  try {
    sobject = await api.sobject(object)
  } catch (error) {
    if (!isUnknownObject(error)) throw error
    const names = (await readSObjectNames(api)).map(({ name }) => name)
    return [missingObject(object, rightsFor(needs), unseen('object', object, names))]
  }
  const parents = needs.fields.filter(isPath)
  const ofParents = await Promise.all(parents.map((path) => missingOnParent(api, sobject, path)))
  return [
    ...missingRights(sobject, needs),
    ...needs.finds.flatMap((name) => missingOnFinding(sobject, name)),
    ...(needs.lists.includes('owners') ? await missingOnOwners(api) : []),
    ...ofParents.flat(),
    ...needs.fields
      .filter((name) => !isPath(name))
      .flatMap((name) => missingOnWriting(sobject, name, sobject.fields.get(name.toLowerCase()))),
  ]
}

function isPath(name: string): boolean {
  return name.includes('.')
}

function rightsFor({ creates, updates, deletes }: PushNeeds): Parameters<typeof missingObject>[1] {
  return [
    'Read',
    ...(creates ? (['Create'] as const) : []),
    ...(updates ? (['Edit'] as const) : []),
    ...(deletes ? (['Delete'] as const) : []),
  ]
}

function missingRights(sobject: SObject, needs: PushNeeds): readonly MissingPermission[] {
  const { name } = sobject
  return [
    ...(sobject.queryable ? [] : [missingOnObject(name, ['Read'], `to read ${name}`)]),
    ...(needs.creates && !sobject.createable
      ? [missingOnObject(name, ['Create'], `to create ${name}`)]
      : []),
    ...(needs.updates && !sobject.updateable
      ? [missingOnObject(name, ['Edit'], `to update ${name}`)]
      : []),
    ...(needs.deletes && !sobject.deletable
      ? [missingOnObject(name, ['Delete'], 'for rows that leave the model')]
      : []),
  ]
}

/** A field that the user may not see looks the same as one that does not exist. */
function missingOnWriting(
  sobject: SObject,
  name: string,
  field: SField | undefined,
): readonly MissingPermission[] {
  const object = sobject.name
  if (field === undefined) {
    const why = unseen('field', name, fieldNames(sobject))
    return [missingOnField({ object, name }, ['Read', 'Edit'], why)]
  }
  // Of what nobody may write the plan tells.
  if (field.createable || field.updateable || isReadOnly(field)) return []
  return [missingOnField({ object, name: field.name, mapped: name }, ['Edit'], 'to write it')]
}

/** A field that records are found by is read, and need not be written. */
function missingOnFinding(sobject: SObject, name: string): readonly MissingPermission[] {
  if (sobject.fields.has(name.toLowerCase())) return []
  const why = unseen('field', name, fieldNames(sobject))
  return [missingOnField({ object: sobject.name, name }, ['Read'], why)]
}

/** Record types come with the object itself; users are records of their own. */
async function missingOnOwners(api: SalesforceApi): Promise<readonly MissingPermission[]> {
  const users = await seenObject(api, 'User')
  return users?.queryable === true ? [] : [missingOnObject('User', ['Read'], 'to look up owners')]
}
