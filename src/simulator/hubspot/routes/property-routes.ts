/** Reading, creating, changing and archiving property definitions and their groups. */
import type { BatchResponsePropertyWithErrors } from '@hubspot/api-client/lib/codegen/crm/properties/models/BatchResponsePropertyWithErrors.js'
import type { CollectionResponsePropertyGroupNoPaging } from '@hubspot/api-client/lib/codegen/crm/properties/models/CollectionResponsePropertyGroupNoPaging.js'
import type { PropertyGroup } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyGroup.js'
import { badRequest, conflict, notFound } from '../wire/api-error.ts'
import { batchEnvelope, batchError, readInputs } from './batch-input.ts'
import { listParam, noContent, param, reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { booleanField, numberField, parseBody, requiredText, textField } from '../wire/json.ts'
import type { ObjectType } from '../store/object-types.ts'
import { someNotFound } from '../writes/problem.ts'
import type { PropertyDefinition } from '../store/property-definition.ts'
import { readNewProperty, readPropertyUpdate } from './property-input.ts'
import { viewProperty } from '../views/property-view.ts'
import type { Wire, WireBatch, WireProperty } from '../wire/wire.ts'

type WirePropertyBatch = Omit<WireBatch<BatchResponsePropertyWithErrors>, 'results'> & {
  readonly results: readonly WireProperty[]
}

/** Sensitive properties show only to those who ask for their kind. */
export function listProperties(call: Call): Reply<{ readonly results: readonly WireProperty[] }> {
  const type = typeParam(call)
  const archived = call.query.get('archived') === 'true'
  const sensitivity = call.query.get('dataSensitivity') ?? 'non_sensitive'
  const only = listParam(call.query, 'properties')
  const results = call.portal.properties
    .all(type)
    .filter((one) => (one.archivedAt !== null) === archived && one.sensitivity === sensitivity)
    .filter((one) => only.length === 0 || only.includes(one.name))
    .map((one) => viewProperty(call.portal, type, one))
  return reply(200, { results })
}

export function readProperty(call: Call): Reply<WireProperty> {
  const type = typeParam(call)
  const archived = call.query.get('archived') === 'true'
  const found = call.portal.properties.findAny(type, param(call, 'name'))
  if (found === null || (found.archivedAt !== null) !== archived) throw notFound()
  return reply(200, viewProperty(call.portal, type, found))
}

export function createProperty(call: Call): Reply<WireProperty> {
  const type = typeParam(call)
  const definition = readNewProperty(call.portal, type, parseBody(call.body), call.now)
  call.portal.defineProperty(type, definition)
  return reply(201, viewProperty(call.portal, type, definition))
}

export function updateProperty(call: Call): Reply<WireProperty> {
  const type = typeParam(call)
  const known = call.portal.properties.find(type, param(call, 'name'))
  if (known === null) throw notFound()
  const definition = readPropertyUpdate(known, parseBody(call.body), call.now)
  call.portal.properties.put(type, definition)
  return reply(200, viewProperty(call.portal, type, definition))
}

export function archiveProperty(call: Call): Reply<never> {
  const type = typeParam(call)
  const known = call.portal.properties.find(type, param(call, 'name'))
  if (known === null) throw notFound()
  archiveDefinition(call, type, known)
  return noContent
}

export function batchCreateProperties(call: Call): Reply<WirePropertyBatch> {
  const type = typeParam(call)
  const definitions = readInputs(call, 100).map((input) =>
    readNewProperty(call.portal, type, input, call.now),
  )
  for (const definition of definitions) call.portal.defineProperty(type, definition)
  const results = definitions.map((one) => viewProperty(call.portal, type, one))
  return reply(201, batchEnvelope(call, results))
}

export function batchReadProperties(call: Call): Reply<WirePropertyBatch> {
  const type = typeParam(call)
  const archived = booleanField(parseBody(call.body), 'archived') ?? false
  const names = readInputs(call, 100).map((input) => requiredText(input, 'name'))
  const found = names.flatMap((name) => call.portal.properties.findAny(type, name) ?? [])
  const shown = found.filter(({ archivedAt }) => (archivedAt !== null) === archived)
  const missing = names.filter((name) => !shown.some((one) => one.name === name))
  const results = shown.map((one) => viewProperty(call.portal, type, one))
  if (missing.length === 0) return reply(200, batchEnvelope(call, results))
  const errors = [batchError(call, someNotFound(type, missing), {})]
  return reply(207, batchEnvelope(call, results, errors))
}

export function batchArchiveProperties(call: Call): Reply<never> {
  const type = typeParam(call)
  for (const input of readInputs(call, 100)) {
    const known = call.portal.properties.find(type, requiredText(input, 'name'))
    if (known !== null) archiveDefinition(call, type, known)
  }
  return noContent
}

function archiveDefinition(call: Call, type: ObjectType, known: PropertyDefinition): void {
  if (known.hubspotDefined) throw badRequest(`Property "${known.name}" can't be archived`)
  call.portal.properties.put(type, { ...known, archivedAt: call.now, updatedAt: call.now })
  call.portal.table(type).removeUniqueProperty(known.name)
}

export function listGroups(call: Call): Reply<Wire<CollectionResponsePropertyGroupNoPaging>> {
  const groups = [...call.portal.properties.groups(typeParam(call)).values()]
  return reply(200, { results: groups.filter(({ archived }) => !archived) })
}

export function readGroup(call: Call): Reply<Wire<PropertyGroup>> {
  const group = call.portal.properties.groups(typeParam(call)).get(param(call, 'name'))
  if (group === undefined || group.archived) throw notFound()
  return reply(200, group)
}

export function createGroup(call: Call): Reply<Wire<PropertyGroup>> {
  const groups = call.portal.properties.groups(typeParam(call))
  const body = parseBody(call.body)
  const name = requiredText(body, 'name')
  if (groups.has(name)) throw conflict(`A property group named '${name}' already exists.`)
  const displayOrder = numberField(body, 'displayOrder') ?? -1
  const group = { name, label: requiredText(body, 'label'), displayOrder, archived: false }
  groups.set(name, group)
  return reply(201, group)
}

export function updateGroup(call: Call): Reply<Wire<PropertyGroup>> {
  const groups = call.portal.properties.groups(typeParam(call))
  const known = groups.get(param(call, 'name'))
  if (known === undefined) throw notFound()
  const body = parseBody(call.body)
  const label = textField(body, 'label') ?? known.label
  const group = {
    ...known,
    label,
    displayOrder: numberField(body, 'displayOrder') ?? known.displayOrder,
  }
  groups.set(known.name, group)
  return reply(200, group)
}

export function archiveGroup(call: Call): Reply<never> {
  const groups = call.portal.properties.groups(typeParam(call))
  const known = groups.get(param(call, 'name'))
  if (known === undefined) throw notFound()
  groups.set(known.name, { ...known, archived: true })
  return noContent
}
