/** From HubSpot's property definitions to `Field`s. `readSchema` calls, the rest only parses. */
import type { Field, FieldOption, FieldType, ObjectSchema } from '../../model/field.ts'
import { RequestFailure } from '../connector.ts'
import { isObject, type Json, listIn, objectsIn, textIn } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type HubSpotApi, jsonBody, listAll } from './api.ts'
import { longestText } from './limits.ts'
import { nativeTypeOf, typeIdOf } from './values.ts'

interface ObjectName {
  readonly name: string
  readonly label: string
}

export interface CustomObject extends ObjectName {
  readonly typeId: string
  /** Every name the API or a person knows it by. */
  readonly names: readonly string[]
  readonly required: readonly string[]
}

export const standardObjects: readonly ObjectName[] = [
  { name: 'contacts', label: 'Contacts' },
  { name: 'companies', label: 'Companies' },
  { name: 'deals', label: 'Deals' },
  { name: 'tickets', label: 'Tickets' },
  { name: 'products', label: 'Products' },
  { name: 'line_items', label: 'Line items' },
  { name: 'quotes', label: 'Quotes' },
  { name: 'leads', label: 'Leads' },
]

/**
 * Companies need a name or a domain, which no list of required fields can say, and deals a pipeline
 * only where there are several: such rows are rejected by HubSpot itself.
 */
const requiredOfStandard: Readonly<Record<string, readonly string[]>> = {
  '0-3': ['dealname', 'dealstage'],
  '0-5': ['subject', 'hs_pipeline_stage'],
}

/** Sensitive properties are absent unless asked for by name of their class. */
const sensitivities = ['non_sensitive', 'sensitive', 'highly_sensitive'] as const

export async function readSchema(
  api: HubSpotApi,
  object: string,
  customObjects: () => Promise<readonly CustomObject[]>,
): Promise<ObjectSchema> {
  const type = await api.typeOf(object)
  const custom = isStandard(type) ? undefined : (await customObjects()).find(named(type))
  const properties = (
    await Promise.all(sensitivities.map((sensitivity) => readProperties(api, type, sensitivity)))
  ).flat()
  const fields = properties.map((property) => toField(type, property)).filter((field) => !!field)
  return {
    object: type,
    label: custom?.label ?? standardObjects.find(({ name }) => name === object)?.label ?? object,
    fields: new Map(fields.map((field) => [field.name, field])),
    required: custom?.required ?? requiredOfStandard[typeIdOf(type)] ?? [],
  }
}

async function readProperties(
  api: HubSpotApi,
  type: string,
  sensitivity: (typeof sensitivities)[number],
): Promise<readonly Json[]> {
  const base = `/crm/v3/properties/${encodeURIComponent(type)}`
  const request = {
    method: 'GET',
    path: `${base}?archived=false&dataSensitivity=${sensitivity}`,
    endpoint: 'GET /crm/v3/properties/{object}',
    effect: 'read',
  } as const
  const budgets = { budgets: [api.burst], corrected: api.burst }
  const parse = sensitivity === 'non_sensitive' ? someResults : jsonBody
  try {
    return objectsIn(await api.client.call({ ...request, ...budgets, parse }), 'results')
  } catch (error) {
    // Without the sensitive scopes, or in accounts without such data, there are none to see.
    if (sensitivity !== 'non_sensitive' && isRefusal(error)) return []
    throw error
  }
}

/** Every object has properties: a list of none is an answer that went wrong, not an empty object. */
function someResults(response: HttpResponse): Json {
  const body = jsonBody(response)
  if (objectsIn(body, 'results').length > 0) return body
  const { status } = response
  const message = `HubSpot answered ${status} without any property`
  throw new RequestFailure({ kind: 'unknown', status, reason: 'unreadable', message })
}

function isRefusal(error: unknown): boolean {
  return error instanceof RequestFailure && (error.status === 400 || error.status === 403)
}

/** Custom objects as the account defines them; none where the credential may not see schemas. */
export async function readCustomObjects(api: HubSpotApi): Promise<readonly CustomObject[]> {
  try {
    const schemas = await listAll(api, '/crm/v3/schemas?archived=false', 'GET /crm/v3/schemas')
    return schemas.map(toCustomObject).filter((object) => object !== null)
  } catch (error) {
    if (error instanceof RequestFailure && error.status === 403) return []
    throw error
  }
}

/** Pure: whether a custom object goes by this name, id or label. */
export function named(name: string): (object: CustomObject) => boolean {
  return (object) => object.names.some((known) => known.toLowerCase() === name.toLowerCase())
}

export function isStandard(object: string): boolean {
  return typeIdOf(object) !== object || /^0-\d+$/.test(object)
}

export function toCustomObject(schema: Json): CustomObject | null {
  const name = textIn(schema, 'name')
  const typeId = textIn(schema, 'objectTypeId')
  // Accounts list some standard objects here as well.
  if (name === null || typeId === null || typeId.startsWith('0-')) return null
  const labels = isObject(schema['labels']) ? schema['labels'] : {}
  const label = textIn(labels, 'plural') ?? textIn(labels, 'singular') ?? name
  const names = [name, typeId, textIn(schema, 'fullyQualifiedName'), label]
  return {
    name,
    label,
    typeId,
    names: names.filter((known) => known !== null),
    required: listIn(schema, 'requiredProperties').filter((item) => typeof item === 'string'),
  }
}

/** Null for an archived or unnamed definition. */
export function toField(object: string, property: Json): Field | null {
  const name = textIn(property, 'name')
  if (name === null || property['archived'] === true) return null
  const isEmail = typeIdOf(object) === '0-1' && name === 'email'
  const isId = name === 'hs_object_id'
  const unique = property['hasUniqueValue'] === true || isEmail || isId
  const references = referenceOf(name, property)
  const type = references === null ? typeOf(property) : 'reference'
  const nativeType = nativeTypeOf({
    name,
    isHubSpots: property['hubspotDefined'] === true,
    fieldType: textIn(property, 'fieldType'),
  })
  const base = {
    name,
    label: textIn(property, 'label') ?? name,
    type,
    writable: isWritable(property),
    unique,
    lookup: unique,
  }
  return {
    ...base,
    ...(type === 'text' ? { maxLength: longestText } : {}),
    ...(type === 'text' && nativeType !== null ? { nativeType } : {}),
    // What no lookup finds is searched for, and the search ignores case.
    ...(type === 'text' && !unique ? { ignoresCase: true } : {}),
    ...(type === 'option' || type === 'options' ? { options: optionsIn(property) } : {}),
    ...(references === null ? {} : { references }),
  }
}

const listOfField: Readonly<Record<string, string>> = {
  pipeline: 'pipelines',
  hs_pipeline: 'pipelines',
  dealstage: 'stages',
  hs_pipeline_stage: 'stages',
}

function referenceOf(name: string, property: Json): string | null {
  const referenced = textIn(property, 'referencedObjectType')
  if (referenced === 'OWNER') return 'owners'
  if (referenced !== null) return referenced.toLowerCase()
  const list = listOfField[name]
  return list !== undefined && property['hubspotDefined'] !== false ? list : null
}

function typeOf(property: Json): FieldType {
  const several = textIn(property, 'fieldType') === 'checkbox'
  switch (textIn(property, 'type')) {
    case 'bool':
      return 'boolean'
    case 'enumeration':
      return several ? 'options' : 'option'
    case 'number':
      return 'number'
    case 'date':
      return 'date'
    case 'datetime':
      return 'datetime'
    default:
      return 'text'
  }
}

/** `json` and `object_coordinates` are HubSpot's own; they can be read only. */
function isWritable(property: Json): boolean {
  const metadata = property['modificationMetadata']
  const readOnly = isObject(metadata) && metadata['readOnlyValue'] === true
  const internal = ['json', 'object_coordinates'].includes(textIn(property, 'type') ?? '')
  return !readOnly && property['calculated'] !== true && !internal
}

function optionsIn(property: Json): readonly FieldOption[] {
  return objectsIn(property, 'options').flatMap((option) => {
    const value = option['value']
    if (typeof value !== 'string') return []
    return [{ value, label: textIn(option, 'label') ?? value }]
  })
}
