/** What a user may do with an object and its fields, by describes, which show what the user may see. */
import type { MissingPermission, PushNeeds } from '../connector.ts'
import { nearest } from '../../model/nearest.ts'
import type { SalesforceApi } from './api.ts'
import { isWhole, parentKeysOf } from './schema.ts'
import type { SField, SObject } from './sobject.ts'
import { isUnknownObject } from './describe.ts'

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
    return [missing(`Read on ${object}`, `without which ${object} does not show at all`)]
  }
  const ofParents = needs.fields.some(isPath) ? await parentKeysOf(api, sobject) : []
  const parents = new Map(ofParents.map(({ name, reference }) => [name, reference]))
  return [
    ...missingOnObject(sobject, needs),
    ...needs.finds.flatMap((name) => missingOnFinding(sobject, name)),
    ...(needs.lists.includes('owners') ? await missingOnOwners(api) : []),
    ...needs.fields.flatMap((name) =>
      isPath(name)
        ? missingOnPath(sobject, name, parents.get(name))
        : missingOnField(sobject, name, sobject.fields.get(name.toLowerCase())),
    ),
  ]
}

function isPath(name: string): boolean {
  return name.includes('.')
}

function missingOnObject(sobject: SObject, needs: PushNeeds): readonly MissingPermission[] {
  const { name } = sobject
  return [
    ...(sobject.queryable ? [] : [missing(`Read on ${name}`, `to read ${name}`)]),
    ...(needs.creates && !sobject.createable
      ? [missing(`Create on ${name}`, `to create ${name}`)]
      : []),
    ...(needs.updates && !sobject.updateable
      ? [missing(`Edit on ${name}`, `to update ${name}`)]
      : []),
    ...(needs.deletes && !sobject.deletable
      ? [missing(`Delete on ${name}`, 'for rows that leave the model')]
      : []),
  ]
}

/** A field that the user may not see looks the same as one that does not exist. */
function missingOnField(
  sobject: SObject,
  name: string,
  field: SField | undefined,
): readonly MissingPermission[] {
  if (field === undefined) {
    const permission = `Read and Edit on the field ${sobject.name}.${name}`
    return [ofField(name, permission, unseen(sobject, name))]
  }
  if (field.createable || field.updateable || isReadOnly(field)) return []
  return [ofField(name, `Edit on the field ${sobject.name}.${field.name}`, 'to write it')]
}

/** A field that records are found by is read, and need not be written. */
function missingOnFinding(sobject: SObject, name: string): readonly MissingPermission[] {
  if (sobject.fields.has(name.toLowerCase())) return []
  return [ofField(name, `Read on the field ${sobject.name}.${name}`, unseen(sobject, name))]
}

/** Record types come with the object itself; users are records of their own. */
async function missingOnOwners(api: SalesforceApi): Promise<readonly MissingPermission[]> {
  try {
    const { queryable } = await api.sobject('User')
    if (queryable) return []
  } catch (error) {
    if (!isUnknownObject(error)) throw error
  }
  return [missing('Read on User', 'to look up owners')]
}

function unseen({ fields }: SObject, name: string): string {
  const names = [...fields.values()].map((field) => field.name)
  const meant = nearest(name, names)
  const correct = `if it does not exist, correct its name${meant === null ? '' : ` (did you mean ${meant}?)`}`
  return `as the user sees no such field; ${correct}`
}

/** By its nature, which no permission changes; the plan says so of a mapped one. */
function isReadOnly(field: SField): boolean {
  return !field.permissionable || field.calculated || field.autoNumber || isWhole(field)
}

function missingOnPath(
  sobject: SObject,
  name: string,
  reference: SField | undefined,
): readonly MissingPermission[] {
  if (reference !== undefined) return []
  return [
    ofField(
      name,
      `Read on the field ${name} of the parent, and Edit on its reference in ${sobject.name}`,
      'as the user can write no such reference; if it does not exist, correct its name',
    ),
  ]
}

function ofField(field: string, permission: string, why: string): MissingPermission {
  return { ...missing(permission, why), field }
}

function missing(permission: string, why: string): MissingPermission {
  return { permission, why, remedy: `Give the user ${permission} by a permission set.` }
}
