/** What a user may do with an object and its fields, by describes, which show what the user may see. */
import type { MissingPermission, PushNeeds } from '../connector.ts'
import type { SalesforceApi } from './api.ts'
import { isWhole, parentKeysOf } from './schema.ts'
import { isUnknownObject, type SField, type SObject } from './sobject.ts'

/** Where nothing is told of the pushes. */
const anyPush: PushNeeds = { fields: [], creates: true, updates: true, deletes: false }

export async function missingPermissions(
  api: SalesforceApi,
  object: string,
  needs: PushNeeds = anyPush,
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
    return [
      missing(
        `Read and Edit on the field ${sobject.name}.${name}`,
        'as the user sees no such field; if it does not exist, correct its name',
      ),
    ]
  }
  if (field.createable || field.updateable || isReadOnly(field)) return []
  return [missing(`Edit on the field ${sobject.name}.${field.name}`, 'to write it')]
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
    missing(
      `Read on the field ${name} of the parent, and Edit on its reference in ${sobject.name}`,
      'as the user can write no such reference; if it does not exist, correct its name',
    ),
  ]
}

function missing(permission: string, why: string): MissingPermission {
  return { permission, why, remedy: `Give the user ${permission} by a permission set.` }
}
