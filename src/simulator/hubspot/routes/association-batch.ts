/** The v4 associations API by the batch. An input whose record is missing is named in a 207; the others count. */
import type { BatchResponseLabelsBetweenObjectPairWithErrors } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/BatchResponseLabelsBetweenObjectPairWithErrors.js'
import type { BatchResponsePublicAssociationMultiWithLabelWithErrors } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/BatchResponsePublicAssociationMultiWithLabelWithErrors.js'
import type { BatchResponsePublicDefaultAssociation } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/BatchResponsePublicDefaultAssociation.js'
import type { LabelsBetweenObjectPair } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/LabelsBetweenObjectPair.js'
import { viewDefault, viewPair, viewTargets } from './association-routes.ts'
import type { End } from '../store/association-store.ts'
import { associate, dissociate, readTypes } from '../writes/association-write.ts'
import { batchEnvelope, batchError, readInputs } from './batch-input.ts'
import { noContent, reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { objectsField, requiredObject, requiredText, textField } from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import { someNotFound } from '../writes/problem.ts'
import type { Problem } from '../writes/problem.ts'
import type { Wire, WireAssociatedBatchItem, WireBatch, WireBatchError } from '../wire/wire.ts'

type AssociatedBatch = Omit<
  WireBatch<BatchResponsePublicAssociationMultiWithLabelWithErrors>,
  'results'
> & { readonly results: readonly WireAssociatedBatchItem[] }

/** How many targets one input shows before it pages. */
const targetsPerInput = 500

export function batchReadAssociations(call: Call): Reply<AssociatedBatch> {
  const [from, to] = [typeParam(call), typeParam(call, 'to')]
  const results: WireAssociatedBatchItem[] = []
  const missing: string[] = []
  for (const input of readInputs(call, 1000)) {
    const id = requiredText(input, 'id')
    const found = viewTargets(call, from, to, id, Number(textField(input, 'after') ?? 0))
    if (found.length === 0) missing.push(id)
    else results.push(viewItem(id, found))
  }
  if (missing.length === 0) return reply(200, batchEnvelope(call, results))
  const problem: Problem = {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: `No ${to.name} is associated with ${from.name} ${missing.join(', ')}.`,
    context: { fromObjectId: missing },
  }
  const error = batchError(call, problem, {})
  return reply(207, batchEnvelope(call, results, [error]))
}

function viewItem(id: string, found: WireAssociatedBatchItem['to']): WireAssociatedBatchItem {
  const item = { from: { id }, to: found.slice(0, targetsPerInput) }
  const next = found[targetsPerInput]
  return next === undefined
    ? item
    : { ...item, paging: { next: { after: String(next.toObjectId) } } }
}

export function batchCreateAssociations(
  call: Call,
): Reply<WireBatch<BatchResponseLabelsBetweenObjectPairWithErrors>> {
  const results: Wire<LabelsBetweenObjectPair>[] = []
  const [fromType, toType] = [typeParam(call), typeParam(call, 'to')]
  const { errors } = eachPair(call, fromType, toType, (from, to, input) => {
    const types = readTypes(call, fromType, toType, objectsField(input, 'types') ?? [])
    associate(call, from, to, types)
    results.push(viewPair(from, to, types))
  })
  return reply(errors.length > 0 ? 207 : 201, batchEnvelope(call, results, errors))
}

export function batchAssociateDefault(
  call: Call,
): Reply<WireBatch<BatchResponsePublicDefaultAssociation>> {
  const [fromType, toType] = [typeParam(call), typeParam(call, 'to')]
  const results: ReturnType<typeof viewDefault> = []
  const { errors } = eachPair(call, fromType, toType, (from, to) => {
    associate(call, from, to, [])
    results.push(...viewDefault(call, from, to, fromType, toType))
  })
  // No 207 is documented here, and the official client would throw one.
  return reply(200, batchEnvelope(call, results, errors))
}

export function batchArchiveAssociations(call: Call): Reply<never> {
  const [fromType, toType] = [typeParam(call), typeParam(call, 'to')]
  for (const input of readInputs(call, 2000)) {
    const from = { type: fromType.id, id: requiredText(requiredObject(input, 'from'), 'id') }
    for (const target of objectsField(input, 'to') ?? []) {
      call.portal.associations.remove(from, { type: toType.id, id: requiredText(target, 'id') })
    }
  }
  return noContent
}

export function batchArchiveLabels(call: Call): Reply<never> {
  const [fromType, toType] = [typeParam(call), typeParam(call, 'to')]
  eachPair(call, fromType, toType, (from, to, input) => {
    dissociate(
      call,
      from,
      to,
      readTypes(call, fromType, toType, objectsField(input, 'types') ?? []),
    )
  })
  return noContent
}

/** Does `work` for every input whose two records exist. */
function eachPair(
  call: Call,
  fromType: ObjectType,
  toType: ObjectType,
  work: (from: End, to: End, input: JsonObject) => void,
): { errors: readonly WireBatchError[] } {
  const missing: { from: string[]; to: string[] } = { from: [], to: [] }
  for (const input of readInputs(call, 2000)) {
    const from = { type: fromType.id, id: requiredText(requiredObject(input, 'from'), 'id') }
    const to = { type: toType.id, id: requiredText(requiredObject(input, 'to'), 'id') }
    const noFrom = call.portal.table(fromType).active(from.id) === null
    const noTo = call.portal.table(toType).active(to.id) === null
    if (noFrom) missing.from.push(from.id)
    else if (noTo) missing.to.push(to.id)
    else work(from, to, input)
  }
  const problems = [
    ...(missing.from.length > 0 ? [someNotFound(fromType, missing.from)] : []),
    ...(missing.to.length > 0 ? [someNotFound(toType, missing.to)] : []),
  ]
  return { errors: problems.map((problem) => batchError(call, problem, {})) }
}
