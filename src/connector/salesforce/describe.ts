/** An object's describe, read into what this connector needs of it. */
import { RequestFailure } from '../connector.ts'
import { type Json, objectsIn, textIn } from '../http/json.ts'
import { ask, jsonObject, type SalesforceApi, unreadable } from './api.ts'
import type { RecordType, SField, SObject } from './sobject.ts'

/** What Salesforce says of an object that the user can't see, or that there is none. */
export function isUnknownObject(error: unknown): boolean {
  return error instanceof RequestFailure && ['NOT_FOUND', 'INVALID_TYPE'].includes(error.reason)
}

export function readSObject(api: SalesforceApi, name: string): Promise<SObject> {
  return ask(api, {
    method: 'GET',
    path: `/sobjects/${encodeURIComponent(name)}/describe`,
    endpoint: 'GET /sobjects/{object}/describe',
    effect: 'read',
    parse: (response) => {
      const sobject = toSObject(jsonObject(response))
      // Every object has an id at least: none is an answer that went wrong, not an empty object.
      if (sobject === null || sobject.fields.size === 0) throw unreadable(response, 'a describe')
      return sobject
    },
  })
}

/** Objects whose records can be created or changed. */
export function readSObjectNames(
  api: SalesforceApi,
): Promise<readonly { readonly name: string; readonly label: string }[]> {
  return ask(api, {
    method: 'GET',
    path: '/sobjects',
    endpoint: 'GET /sobjects',
    effect: 'read',
    parse: (response) => {
      const listed = objectsIn(jsonObject(response), 'sobjects')
      if (listed.length === 0) throw unreadable(response, 'a list of objects')
      return listed.flatMap((object) => {
        const name = textIn(object, 'name')
        const isWritable = object['createable'] === true || object['updateable'] === true
        if (name === null || !isWritable || object['deprecatedAndHidden'] === true) return []
        return [{ name, label: textIn(object, 'labelPlural') ?? name }]
      })
    },
  })
}

function toSObject(body: Json): SObject | null {
  const name = textIn(body, 'name')
  if (name === null) return null
  const fields = objectsIn(body, 'fields').flatMap(toSField)
  return {
    name,
    label: textIn(body, 'label') ?? name,
    queryable: body['queryable'] === true,
    createable: body['createable'] === true,
    updateable: body['updateable'] === true,
    deletable: body['deletable'] === true,
    fields: new Map(fields.map((field) => [field.name.toLowerCase(), field])),
    recordTypes: objectsIn(body, 'recordTypeInfos').flatMap(toRecordType),
  }
}

export function toSField(body: Json): readonly SField[] {
  const name = textIn(body, 'name')
  if (name === null || body['deprecatedAndHidden'] === true) return []
  const is = (key: string): boolean => body[key] === true
  const count = (key: string): number => (typeof body[key] === 'number' ? body[key] : 0)
  const referenceTo = body['referenceTo']
  return [
    {
      name,
      label: textIn(body, 'label') ?? name,
      type: textIn(body, 'type') ?? 'anyType',
      length: count('length'),
      precision: count('precision'),
      scale: count('scale'),
      compound: textIn(body, 'compoundFieldName'),
      nillable: is('nillable'),
      createable: is('createable'),
      updateable: is('updateable'),
      defaultedOnCreate: is('defaultedOnCreate'),
      calculated: is('calculated'),
      autoNumber: is('autoNumber'),
      externalId: is('externalId'),
      idLookup: is('idLookup'),
      unique: is('unique'),
      caseSensitive: is('caseSensitive'),
      filterable: body['filterable'] !== false,
      permissionable: is('permissionable'),
      restrictedPicklist: is('restrictedPicklist'),
      picklistValues: objectsIn(body, 'picklistValues').flatMap(toPicklistValue),
      referenceTo: Array.isArray(referenceTo) ? referenceTo.map(String) : [],
      relationshipName: textIn(body, 'relationshipName'),
    },
  ]
}

/** Inactive values can be read from old records, and not written. */
function toPicklistValue(body: Json): SField['picklistValues'] {
  const value = textIn(body, 'value')
  if (value === null || body['active'] === false) return []
  return [{ value, label: textIn(body, 'label') ?? value }]
}

/** The master type stands for records without one. */
function toRecordType(body: Json): readonly RecordType[] {
  const id = textIn(body, 'recordTypeId')
  const name = textIn(body, 'name')
  if (id === null || name === null || body['master'] === true || body['active'] === false) return []
  return [{ id, name, developerName: textIn(body, 'developerName') ?? name }]
}
