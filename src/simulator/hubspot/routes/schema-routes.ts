/** The schemas of custom objects; HubSpot's own can be read, but not changed. */
import type { AssociationDefinition } from '@hubspot/api-client/lib/codegen/crm/schemas/models/AssociationDefinition.js'
import type { ObjectSchema } from '@hubspot/api-client/lib/codegen/crm/schemas/models/ObjectSchema.js'
import type { ObjectTypeDefinition } from '@hubspot/api-client/lib/codegen/crm/schemas/models/ObjectTypeDefinition.js'
import { badRequest, conflict, notFound } from '../wire/api-error.ts'
import type { AssociationType } from '../store/association-types.ts'
import { noContent, param, reply } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import {
  objectField,
  objectsField,
  parseBody,
  requiredObject,
  requiredText,
  textField,
  textsField,
} from '../wire/json.ts'
import type { CustomObject, ObjectType } from '../store/object-types.ts'
import { readNewProperty } from './property-input.ts'
import { viewProperty } from '../views/property-view.ts'
import type { Wire, WireProperty } from '../wire/wire.ts'

type WireSchema = Omit<Wire<ObjectSchema>, 'properties'> & {
  readonly properties: readonly WireProperty[]
}

export function listSchemas(call: Call): Reply<{ readonly results: readonly WireSchema[] }> {
  const custom = call.portal.types.all().filter((type) => type.custom)
  return reply(200, { results: custom.map((type) => viewSchema(call, type)) })
}

export function readSchema(call: Call): Reply<WireSchema> {
  return reply(200, viewSchema(call, schemaType(call)))
}

export function createSchema(call: Call): Reply<WireSchema> {
  const body = parseBody(call.body)
  const name = requiredText(body, 'name')
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw badRequest(`Invalid object name: ${name}`)
  if (call.portal.types.find(name) !== null)
    throw conflict(`An object named ${name} already exists.`)
  const labels = requiredObject(body, 'labels')
  const type = call.portal.defineObject({
    id: `2-${call.portal.nextId()}`,
    name,
    labels: {
      singular: textField(labels, 'singular') ?? name,
      plural: textField(labels, 'plural') ?? name,
    },
    required: textsField(body, 'requiredProperties') ?? [],
    searchable: textsField(body, 'searchableProperties') ?? [],
    primaryDisplayProperty: textField(body, 'primaryDisplayProperty') ?? 'hs_object_id',
  })
  for (const property of objectsField(body, 'properties') ?? []) {
    call.portal.defineProperty(
      type,
      readNewProperty(call.portal, type, property, call.now, 'information'),
    )
  }
  for (const other of textsField(body, 'associatedObjects') ?? []) {
    call.portal.associationTypes.plain(type, call.portal.types.get(other))
  }
  return reply(201, viewSchema(call, type))
}

export function updateSchema(call: Call): Reply<Wire<ObjectTypeDefinition>> {
  const known = customOf(call)
  const body = parseBody(call.body)
  const labels = objectField(body, 'labels') ?? {}
  const type = call.portal.defineObject({
    ...known,
    labels: {
      singular: textField(labels, 'singular') ?? known.labels.singular,
      plural: textField(labels, 'plural') ?? known.labels.plural,
    },
    required: textsField(body, 'requiredProperties') ?? known.required,
    searchable: textsField(body, 'searchableProperties') ?? known.searchable,
    primaryDisplayProperty:
      textField(body, 'primaryDisplayProperty') ?? known.primaryDisplayProperty,
  })
  return reply(200, viewDefinition(call, type))
}

/** Only an object without records may go. */
export function archiveSchema(call: Call): Reply<never> {
  const type = schemaType(call)
  customOf(call)
  if ([...call.portal.table(type).all()].some(({ archivedAt }) => archivedAt === null)) {
    throw badRequest(`The object ${type.name} still has records`)
  }
  call.portal.customObjects.delete(type.id)
  call.portal.types.remove(type)
  return noContent
}

export function createSchemaAssociation(call: Call): Reply<Wire<AssociationDefinition>> {
  const body = parseBody(call.body)
  const from = call.portal.types.get(requiredText(body, 'fromObjectTypeId'))
  const to = call.portal.types.get(requiredText(body, 'toObjectTypeId'))
  return reply(201, viewAssociation(call.portal.associationTypes.plain(from, to)))
}

function schemaType(call: Call): ObjectType {
  const type = call.portal.types.find(param(call, 'type'))
  if (type === null) throw notFound()
  return type
}

function customOf(call: Call): CustomObject {
  const custom = call.portal.customObjects.get(schemaType(call).id)
  if (custom === undefined) throw badRequest('Only custom objects can be changed')
  return custom
}

function viewSchema(call: Call, type: ObjectType): WireSchema {
  const { properties, types, associationTypes } = call.portal
  const associations = types.all().flatMap((other) => associationTypes.known(type, other))
  return {
    ...viewDefinition(call, type),
    properties: properties
      .all(type)
      .filter(({ archivedAt }) => archivedAt === null)
      .map((one) => viewProperty(call.portal, type, one)),
    associations: associations.map(viewAssociation),
  }
}

function viewDefinition(call: Call, type: ObjectType): Wire<ObjectTypeDefinition> {
  return {
    id: type.id,
    objectTypeId: type.id,
    fullyQualifiedName: type.fullyQualifiedName,
    name: type.name,
    labels: type.labels,
    primaryDisplayProperty: type.primaryDisplayProperty,
    requiredProperties: type.required,
    searchableProperties: type.searchable,
    portalId: call.portal.id,
    archived: false,
    createdAt: new Date(call.portal.createdAt).toISOString(),
    updatedAt: new Date(call.portal.createdAt).toISOString(),
  }
}

function viewAssociation({ typeId, from, to, name }: AssociationType): Wire<AssociationDefinition> {
  return { id: String(typeId), fromObjectTypeId: from, toObjectTypeId: to, name }
}
