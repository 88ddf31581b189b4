/**
 * Batch create, update and upsert. Every input is planned before any is applied: without trace ids
 * one bad input fails them all, with trace ids the bad ones are named and the others written.
 */
import type { BatchResponseSimplePublicObjectWithErrors } from '@hubspot/api-client/lib/codegen/crm/objects/models/BatchResponseSimplePublicObjectWithErrors.js'
import type { BatchResponseSimplePublicUpsertObjectWithErrors } from '@hubspot/api-client/lib/codegen/crm/objects/models/BatchResponseSimplePublicUpsertObjectWithErrors.js'
import type { SimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObject.js'
import type { SimplePublicUpsertObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicUpsertObject.js'
import { badRequest } from '../wire/api-error.ts'
import { linkNewRecord, readNewLinks } from '../writes/association-write.ts'
import type { NewLink } from '../writes/association-write.ts'
import { batchEnvelope, batchError, readInputs, traceIds } from './batch-input.ts'
import { reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { objectField, requiredText, textField } from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import { problemError, someNotFound } from '../writes/problem.ts'
import type { Problem } from '../writes/problem.ts'
import { normalisedEmail } from '../writes/property-values.ts'
import { readableNames, viewRecord } from '../views/record-view.ts'
import { applyWrite, planWrite } from '../writes/record-write.ts'
import type { PlannedWrite, Planning, WriteTarget } from '../writes/record-write.ts'
import type { Wire, WireBatch, WireBatchError } from '../wire/wire.ts'

/** What became of one input; `silent` is left out of the answer, `missing` is named by id. */
type Verdict =
  | { readonly kind: 'planned'; readonly plan: PlannedWrite; readonly links: readonly NewLink[] }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'missing'; readonly id: string }
  | { readonly kind: 'silent' }

interface Written {
  readonly plan: PlannedWrite
  readonly trace: string | null
}

interface BatchOutcome {
  readonly written: readonly Written[]
  readonly errors: readonly WireBatchError[]
}

export function batchCreate(
  call: Call,
): Reply<WireBatch<BatchResponseSimplePublicObjectWithErrors>> {
  const target = targetOf(call)
  const inputs = readInputs(call, 100)
  const verdicts = inputs.map((input): Verdict => {
    const links = readNewLinks(call, target.type, input)
    if ('message' in links) return { kind: 'failed', problem: links }
    const id = call.portal.nextId()
    return verdictOf(planWrite(target, null, id, objectField(input, 'properties') ?? {}), links)
  })
  const { written, errors } = execute(call, target, inputs, verdicts, false)
  return reply(
    errors.length > 0 ? 207 : 201,
    batchEnvelope(call, views(call, target, written), errors),
  )
}

export function batchUpdate(
  call: Call,
): Reply<WireBatch<BatchResponseSimplePublicObjectWithErrors>> {
  const target = targetOf(call)
  const inputs = readInputs(call, 100)
  refuseDuplicates(target, inputs)
  const verdicts = inputs.map((input) => updateVerdict(call, target, input))
  const { written, errors } = execute(call, target, inputs, verdicts, false)
  return reply(
    errors.length > 0 ? 207 : 200,
    batchEnvelope(call, views(call, target, written), errors),
  )
}

export function batchUpsert(
  call: Call,
): Reply<WireBatch<BatchResponseSimplePublicUpsertObjectWithErrors>> {
  const target = targetOf(call)
  const inputs = readInputs(call, 100)
  refuseDuplicates(target, inputs)
  const verdicts = inputs.map((input) => upsertVerdict(call, target, input))
  const byEmail = inputs.some((input) => textField(input, 'idProperty') === 'email')
  const atomic = byEmail && call.behaviour.emailUpserts === 'atomic'
  const { written, errors } = execute(call, target, inputs, verdicts, atomic)
  const results = written.map((one) => upsertView(call, target, one))
  return reply(errors.length > 0 ? 207 : 200, batchEnvelope(call, results, errors))
}

function targetOf(call: Call): WriteTarget {
  return {
    portal: call.portal,
    type: typeParam(call),
    origin: call.origin,
    claims: new Map(),
  }
}

function verdictOf(planning: Planning, links: readonly NewLink[] = []): Verdict {
  if (!planning.ok) return { kind: 'failed', problem: planning.problem }
  return { kind: 'planned', plan: planning.plan, links }
}

function updateVerdict(call: Call, target: WriteTarget, input: JsonObject): Verdict {
  const { portal, type } = target
  const id = requiredText(input, 'id')
  const properties = objectField(input, 'properties') ?? {}
  const property = textField(input, 'idProperty')
  const table = portal.table(type)
  if (property === null) {
    // A merged-away id, or an address in place of an id, is passed over as if it had succeeded.
    if (table.isMergedAway(id) || (type.id === '0-1' && id.includes('@'))) return { kind: 'silent' }
    const record = table.active(id)
    if (record === null) return { kind: 'missing', id }
    return verdictOf(planWrite(target, record, id, properties))
  }
  if (property === 'email' || !isUnique(call, type, property)) throw notUnique(call, type, property)
  const holder = table.holder(property, id)
  const record = holder === null ? null : table.active(holder)
  if (record === null) return { kind: 'missing', id }
  return verdictOf(planWrite(target, record, record.id, properties))
}

function upsertVerdict(call: Call, target: WriteTarget, input: JsonObject): Verdict {
  const { portal, type } = target
  const property = textField(input, 'idProperty')
  if (property === null)
    throw badRequest('Invalid input JSON: idProperty is required for an upsert')
  const byEmail = property === 'email' && type.id === '0-1'
  if (!byEmail && !isUnique(call, type, property)) throw notUnique(call, type, property)
  const given = requiredText(input, 'id')
  const value = byEmail ? normalisedEmail(given) : given
  const properties = objectField(input, 'properties') ?? {}
  const table = portal.table(type)
  const holder = table.holder(property, value)
  const record = holder === null ? null : table.active(holder)
  if (record !== null) return verdictOf(planWrite(target, record, record.id, properties))
  const created = { [property]: value, ...properties }
  return verdictOf(planWrite(target, null, portal.nextId(), created))
}

function isUnique(call: Call, type: ObjectType, property: string): boolean {
  return call.portal.properties.find(type, property)?.hasUniqueValue === true
}

function notUnique(call: Call, type: ObjectType, property: string) {
  return badRequest(
    `Unable to perform update/upsert by non-unique ${type.id} property ${property} in portal ID ${call.portal.id}`,
  )
}

function refuseDuplicates({ type }: WriteTarget, inputs: readonly JsonObject[]): void {
  const seen = new Set<string>()
  for (const input of inputs) {
    const property = textField(input, 'idProperty') ?? ''
    const id = requiredText(input, 'id')
    const value = property === 'email' && type.id === '0-1' ? normalisedEmail(id) : id
    const key = `${property}\n${value}`
    if (seen.has(key))
      throw badRequest('Duplicate IDs found in batch input', { context: { ids: [id] } })
    seen.add(key)
  }
}

/** Applies what may be applied; throws where the whole batch fails. */
function execute(
  call: Call,
  target: WriteTarget,
  inputs: readonly JsonObject[],
  verdicts: readonly Verdict[],
  atomic: boolean,
): BatchOutcome {
  const traces = traceIds(inputs)
  const failure = verdicts.find((verdict) => verdict.kind === 'failed')
  if (failure !== undefined && (traces === null || atomic)) throw problemError(failure.problem)
  const victim = call.sabotage === null ? -1 : Math.floor(call.random() * inputs.length)
  if (call.sabotage === 'partial_failure' && traces === null) throw problemError(tryAgain)
  const written: Written[] = []
  const errors: WireBatchError[] = []
  const missing: number[] = []
  for (const [index, verdict] of verdicts.entries()) {
    const trace = textField(inputs[index] ?? {}, 'objectWriteTraceId')
    const fault = index === victim ? call.sabotage : null
    if (fault === 'silent_drop_unapplied') continue
    const problem = fault === 'partial_failure' ? tryAgain : null
    if (problem !== null || verdict.kind === 'failed') {
      const reason = problem ?? (verdict.kind === 'failed' ? verdict.problem : tryAgain)
      errors.push(
        batchError(
          call,
          reason,
          traces === null ? {} : { objectWriteTraceId: [traces[index] ?? ''] },
        ),
      )
    } else if (verdict.kind === 'missing') {
      missing.push(index)
    } else if (verdict.kind === 'planned') {
      applyWrite(target, verdict.plan)
      for (const link of verdict.links)
        linkNewRecord(call, target.type, verdict.plan.after.id, link)
      if (fault !== 'silent_drop_applied') written.push({ plan: verdict.plan, trace })
    }
  }
  if (missing.length > 0) errors.push(missingError(call, target.type, inputs, missing))
  return { written, errors }
}

const tryAgain: Problem = {
  status: 500,
  category: 'RATE_LIMITS',
  message: 'This object could not be processed right now. Please try again.',
}

function missingError(
  call: Call,
  type: ObjectType,
  inputs: readonly JsonObject[],
  missing: readonly number[],
): WireBatchError {
  const at = missing.map((index) => inputs[index] ?? {})
  const ids = at.map((input) => textField(input, 'id') ?? '')
  const traces = at.flatMap((input) => textField(input, 'objectWriteTraceId') ?? [])
  const context = traces.length === 0 ? {} : { objectWriteTraceId: traces }
  return batchError(call, someNotFound(type, ids), context)
}

function views(
  call: Call,
  { portal, type }: WriteTarget,
  written: readonly Written[],
): Wire<SimplePublicObject>[] {
  return written.map(({ plan, trace }) => {
    const view = viewRecord(type, plan.after, readableNames(portal, type, plan.written))
    return trace === null || !call.behaviour.echoTraceIds
      ? view
      : { ...view, objectWriteTraceId: trace }
  })
}

/** Upserts answer texts only: what is empty now reads as ''. */
function upsertView(
  call: Call,
  { portal, type }: WriteTarget,
  { plan, trace }: Written,
): Wire<SimplePublicUpsertObject> {
  const { properties, ...view } = viewRecord(
    type,
    plan.after,
    readableNames(portal, type, plan.written),
  )
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(properties)) texts[name] = value ?? ''
  const result = { ...view, properties: texts, new: plan.before === null }
  return trace === null || !call.behaviour.echoTraceIds
    ? result
    : { ...result, objectWriteTraceId: trace }
}
