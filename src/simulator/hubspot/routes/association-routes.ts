/** The v4 associations API: reading, labelling and removing, one pair at a time. */
import type { BatchResponsePublicDefaultAssociation } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/BatchResponsePublicDefaultAssociation.js'
import type { ForwardPaging } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/ForwardPaging.js'
import type { LabelsBetweenObjectPair } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/LabelsBetweenObjectPair.js'
import { badRequest, notFound } from '../wire/api-error.ts'
import type { End } from '../store/association-store.ts'
import type { AssociationType } from '../store/association-types.ts'
import { associate, readTypes } from '../writes/association-write.ts'
import { batchEnvelope } from './batch-input.ts'
import { limitParam, nextLink, noContent, param, reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { parseListBody } from '../wire/json.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Wire, WireAssociated, WireBatch } from '../wire/wire.ts'

export interface AssociatedPage {
  readonly results: readonly WireAssociated[]
  readonly paging?: Wire<ForwardPaging>
}

export function listAssociations(call: Call): Reply<AssociatedPage> {
  const [from, to] = [typeParam(call), typeParam(call, 'to')]
  const id = existing(call, from, param(call, 'id'))
  const limit = limitParam(call.query, 500, 500)
  const after = call.query.get('after') ?? '0'
  if (!/^\d+$/.test(after)) throw badRequest(`Invalid after: ${after}`)
  const found = viewTargets(call, from, to, id, Number(after))
  const next = found[limit]
  const results = found.slice(0, limit)
  if (next === undefined) return reply(200, { results })
  const following = String(next.toObjectId)
  return reply(200, {
    results,
    paging: { next: { after: following, link: nextLink(call, following) } },
  })
}

/** Associated records from an id on, by ascending id; archived ones are not shown. */
export function viewTargets(
  call: Call,
  from: ObjectType,
  to: ObjectType,
  id: string,
  after: number,
): readonly WireAssociated[] {
  const { associations, associationTypes } = call.portal
  const targets = associations.targets({ type: from.id, id }, to.id)
  const table = call.portal.table(to)
  return targets
    .filter(([target]) => Number(target) >= after && table.active(target) !== null)
    .map(([target, typeIds]) => ({
      toObjectId: call.behaviour.associationIds === 'number' ? Number(target) : target,
      associationTypes: [...typeIds].flatMap((typeId) => {
        const type = associationTypes.find(from, to, typeId)
        return type === null ? [] : viewSpec(type)
      }),
    }))
}

function viewSpec({ category, typeId, label }: AssociationType) {
  return { category, typeId, label }
}

export function associateDefault(
  call: Call,
): Reply<WireBatch<BatchResponsePublicDefaultAssociation>> {
  const { from, to, fromType, toType } = pairOf(call)
  associate(call, from, to, [])
  return reply(200, batchEnvelope(call, viewDefault(call, from, to, fromType, toType)))
}

/** Both directions of a plain association. */
export function viewDefault(
  call: Call,
  from: End,
  to: End,
  fromType: ObjectType,
  toType: ObjectType,
) {
  const type = call.portal.associationTypes.plain(fromType, toType)
  const { category: associationCategory, typeId, inverseId } = type
  return [
    {
      from: { id: from.id },
      to: { id: to.id },
      associationSpec: { associationCategory, associationTypeId: typeId },
    },
    {
      from: { id: to.id },
      to: { id: from.id },
      associationSpec: { associationCategory, associationTypeId: inverseId },
    },
  ]
}

/** The labels of a pair become exactly those of the request. */
export function labelAssociation(call: Call): Reply<Wire<LabelsBetweenObjectPair>> {
  const { from, to, fromType, toType } = pairOf(call)
  const types = readTypes(call, fromType, toType, parseListBody(call.body))
  call.portal.associations.remove(from, to)
  associate(call, from, to, types)
  return reply(201, viewPair(from, to, types))
}

export function viewPair(
  from: End,
  to: End,
  types: readonly AssociationType[],
): Wire<LabelsBetweenObjectPair> {
  return {
    fromObjectTypeId: from.type,
    fromObjectId: from.id,
    toObjectTypeId: to.type,
    toObjectId: to.id,
    labels: types.flatMap(({ label }) => label ?? []),
  }
}

export function archiveAssociation(call: Call): Reply<never> {
  const [fromType, toType] = [typeParam(call), typeParam(call, 'to')]
  const from = { type: fromType.id, id: param(call, 'id') }
  call.portal.associations.remove(from, { type: toType.id, id: param(call, 'toId') })
  return noContent
}

function pairOf(call: Call) {
  const [fromType, toType] = [typeParam(call), typeParam(call, 'to')]
  const from = { type: fromType.id, id: existing(call, fromType, param(call, 'id')) }
  const to = { type: toType.id, id: existing(call, toType, param(call, 'toId')) }
  return { fromType, toType, from, to }
}

function existing(call: Call, type: ObjectType, id: string): string {
  if (call.portal.table(type).active(id) === null) throw notFound()
  return id
}
