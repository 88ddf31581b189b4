/**
 * From an object's describe to `Field`s. A parent's external ids are fields of its children as well:
 * `Account.External_Id__c` names the account of an opportunity without knowing its record id.
 */
import type { Field, FieldType, ObjectSchema } from '../../model/field.ts'
import type { SalesforceApi } from './api.ts'
import { ignoresCase } from './values.ts'
import type { SField, SObject } from './sobject.ts'
import { isUnknownObject } from './describe.ts'

/** A parent that is named by one of its external ids. */
export interface ParentKey {
  /** `Account.External_Id__c`. */
  readonly name: string
  readonly relationship: string
  /** The child's own field that holds the parent's record id. */
  readonly reference: SField
  /** The parent's field. */
  readonly key: SField
}

export async function readSchema(api: SalesforceApi, object: string): Promise<ObjectSchema> {
  const sobject = await api.sobject(object)
  const own = [...sobject.fields.values()].map((field) => ({
    ...toField(field, sobject),
    ...partsOf(field, sobject),
  }))
  const parents = (await parentKeysOf(api, sobject)).map((key) => toParentField(key, sobject))
  return {
    object: sobject.name,
    label: sobject.label,
    fields: new Map([...own, ...parents].map((field) => [field.name, field])),
    required: [...sobject.fields.values()].filter(isRequired).map(({ name }) => name),
  }
}

/** Of a compound that is told as one by its parts: an address, a location, a person's name. */
function partsOf({ name }: SField, { fields }: SObject): Pick<Field, 'parts'> {
  const parts = [...fields.values()].filter(
    (part) => part.compound === name && part.name !== name && isWritable(part),
  )
  return parts.length === 0 ? {} : { parts: parts.map((part) => part.name) }
}

/** All external ids of the parents that the object's records can have, by the describe of each parent. */
export async function parentKeysOf(
  api: SalesforceApi,
  sobject: SObject,
): Promise<readonly ParentKey[]> {
  const references = [...sobject.fields.values()].filter(isSingleReference)
  const names = [...new Set(references.flatMap(({ referenceTo }) => referenceTo))]
  const parents = new Map(
    await Promise.all(names.map(async (name) => [name, await seenObject(api, name)] as const)),
  )
  return references.flatMap((reference) => {
    const relationship = reference.relationshipName ?? ''
    const keys = [...(parents.get(reference.referenceTo[0] ?? '')?.fields.values() ?? [])]
    return keys
      .filter(({ externalId }) => externalId)
      .map((key) => ({ name: `${relationship}.${key.name}`, relationship, reference, key }))
  })
}

/** Which of several objects is meant, an external id alone does not say. */
function isSingleReference(field: SField): boolean {
  const writable = field.createable || field.updateable
  return writable && field.relationshipName !== null && field.referenceTo.length === 1
}

/** Null where the user sees none of that name. */
export async function seenObject(api: SalesforceApi, name: string): Promise<SObject | null> {
  try {
    return await api.sobject(name)
  } catch (error) {
    if (isUnknownObject(error)) return null
    throw error
  }
}

export function toField(field: SField, object: Pick<SObject, 'updateable'>): Field {
  const { name, label } = field
  const type = typeOf(field)
  const isId = field.type === 'id'
  const references = type === 'reference' ? listOf(field) : null
  return {
    name,
    label,
    type,
    writable: isWritable(field),
    // One that may belong to several records finds none of them, and not every unique one is a key of upserts.
    unique: (field.unique && field.idLookup) || isId,
    // A query sees every record that was saved before it.
    lookup: field.filterable && !unfiltered.includes(field.type),
    nativeType: field.type,
    ...(type === 'text' && ignoresCase(field) ? { ignoresCase: true } : {}),
    // Of what is kept as a text; numbers, dates and checkboxes have none.
    ...(field.length > 0 ? { maxLength: field.length } : {}),
    ...(type === 'number' ? digitsOf(field) : {}),
    // Salesforce keeps whole seconds of an instant, and thousandths of a time of day.
    ...(type === 'datetime' ? { scale: 0 } : {}),
    ...(type === 'time' ? { scale: 3 } : {}),
    ...(isPicklist(field) && field.restrictedPicklist ? { options: field.picklistValues } : {}),
    ...(references === null ? {} : { references }),
    ...(field.nillable ? {} : { required: true }),
    ...(isCreateOnly(field, object) ? { createOnly: true } : {}),
    ...(locksParent(field) ? { locks: true } : {}),
  }
}

/** What stands before the point has the room that the digits after it leave. */
function digitsOf({ precision, scale }: SField): Pick<Field, 'scale' | 'wholeDigits'> {
  return precision > 0 && precision >= scale ? { scale, wholeDigits: precision - scale } : { scale }
}

/** Saving a record locks its parents; owners and record types are referred to, and not locked. */
export function locksParent({ name, type }: Pick<SField, 'name' | 'type'>): boolean {
  return type === 'reference' && name !== 'OwnerId' && name !== 'RecordTypeId'
}

function toParentField(
  { name, reference, key }: ParentKey,
  object: Pick<SObject, 'updateable'>,
): Field {
  const { maxLength, nativeType, scale, type, wholeDigits } = toField(key, object)
  return {
    name,
    label: `${reference.label}: ${key.label}`,
    type,
    writable: true,
    unique: false,
    lookup: false,
    standsFor: reference.name,
    ...(nativeType === undefined ? {} : { nativeType }),
    ...(locksParent(reference) ? { locks: true } : {}),
    ...(reference.nillable ? {} : { required: true }),
    ...(isCreateOnly(reference, object) ? { createOnly: true } : {}),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(scale === undefined ? {} : { scale }),
    ...(wholeDigits === undefined ? {} : { wholeDigits }),
  }
}

/**
 * A detail's master, unless an administrator allows another one later. Where the user may not edit the
 * object, no field can be updated, which is another matter: `check` names the permission.
 */
function isCreateOnly(
  { createable, updateable }: SField,
  object: Pick<SObject, 'updateable'>,
): boolean {
  return object.updateable && createable && !updateable
}

function isWritable(field: SField): boolean {
  return (field.createable || field.updateable) && !isWhole(field)
}

const unwritten = ['address', 'location', 'base64', 'complexvalue', 'anyType', 'json']
const unfiltered = [...unwritten, 'multipicklist', 'encryptedstring', 'time']

/** Read as an object or a file; the parts of a compound are fields of their own, and those are written. */
function isWhole({ type }: SField): boolean {
  return unwritten.includes(type)
}

/** By its nature, which no permission changes. */
export function isReadOnly(field: SField): boolean {
  return !field.permissionable || field.calculated || field.autoNumber || isWhole(field)
}

function isPicklist({ type }: SField): boolean {
  return type === 'picklist' || type === 'multipicklist'
}

function typeOf({ type }: SField): FieldType {
  switch (type) {
    case 'boolean':
    case 'date':
    case 'datetime':
    case 'time':
    case 'reference':
      return type
    case 'id':
      return 'reference'
    case 'int':
    case 'long':
      return 'integer'
    case 'double':
    case 'currency':
    case 'percent':
      return 'number'
    case 'picklist':
      return 'option'
    case 'multipicklist':
      return 'options'
    default:
      return 'text'
  }
}

function listOf({ name, referenceTo }: SField): string | null {
  if (name === 'OwnerId') return 'owners'
  if (name === 'RecordTypeId') return 'record_types'
  const [only] = referenceTo
  return referenceTo.length === 1 && only !== undefined ? only : null
}

/** Salesforce fills in what is defaulted; all else that can't be empty must come with a new record. */
function isRequired(field: SField): boolean {
  return field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean'
}
