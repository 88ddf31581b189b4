/** The kinds of association between two objects, and the custom labels among them. */
import type { CollectionResponsePublicAssociationDefinitionNoPaging } from '@hubspot/api-client/lib/codegen/crm/associations/schema/models/CollectionResponsePublicAssociationDefinitionNoPaging.js'
import { badRequest, conflict, notFound } from '../wire/api-error.ts'
import type { AssociationType } from '../store/association-types.ts'
import { noContent, param, reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { numberField, parseBody, requiredText, textField } from '../wire/json.ts'
import type { Wire, WireAssociationSpec } from '../wire/wire.ts'

interface LabelList {
  readonly results: readonly WireAssociationSpec[]
}

export function listLabels(call: Call): Reply<LabelList> {
  const types = call.portal.associationTypes.between(typeParam(call), typeParam(call, 'to'))
  return reply(200, { results: types.map(viewLabel) })
}

/** A new label exists in both directions; the answer tells both ids. */
export function createLabel(call: Call): Reply<LabelList> {
  const [from, to] = [typeParam(call), typeParam(call, 'to')]
  const body = parseBody(call.body)
  const label = requiredText(body, 'label')
  const name = requiredText(body, 'name')
  const types = call.portal.associationTypes
  if (types.between(from, to).some((type) => type.label === label || type.name === name)) {
    throw conflict(`An association label "${label}" already exists between these objects.`)
  }
  const inverseLabel = textField(body, 'inverseLabel')
  const type = types.define(from, to, { category: 'USER_DEFINED', label, inverseLabel, name })
  const inverse = types.find(to, from, type.inverseId)
  return reply(200, { results: [type, ...(inverse === null ? [] : [inverse])].map(viewLabel) })
}

export function updateLabel(call: Call): Reply<never> {
  const body = parseBody(call.body)
  const type = customLabel(call, numberField(body, 'associationTypeId') ?? 0)
  call.portal.associationTypes.rename(type, requiredText(body, 'label'))
  return noContent
}

export function deleteLabel(call: Call): Reply<never> {
  const [from, to] = [typeParam(call), typeParam(call, 'to')]
  const type = customLabel(call, Number(param(call, 'typeId')))
  const inverse = call.portal.associationTypes.find(to, from, type.inverseId)
  call.portal.associationTypes.remove(type)
  if (inverse !== null) call.portal.associationTypes.remove(inverse)
  return noContent
}

/** The names that the v3 API gives the kinds of association. */
export function listTypes(
  call: Call,
): Reply<Wire<CollectionResponsePublicAssociationDefinitionNoPaging>> {
  const types = call.portal.associationTypes.between(typeParam(call), typeParam(call, 'to'))
  return reply(200, { results: types.map(({ typeId, name }) => ({ id: String(typeId), name })) })
}

function customLabel(call: Call, typeId: number): AssociationType {
  const type = call.portal.associationTypes.find(typeParam(call), typeParam(call, 'to'), typeId)
  if (type === null) throw notFound()
  if (type.category !== 'USER_DEFINED')
    throw badRequest(`Association type ${typeId} can't be changed`)
  return type
}

function viewLabel({ category, typeId, label }: AssociationType): WireAssociationSpec {
  return { category, typeId, label }
}
