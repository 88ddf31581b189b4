/**
 * Batch writes. Every input carries its own trace id: only then does HubSpot refuse single inputs
 * instead of the whole batch. Success of the batch is not success of each record, so every input is
 * looked for in the answer: by trace id, else by record id or unique value, never by position.
 */
import type { CrmValue } from '../../model/operation.ts'
import { RequestFailure } from '../connector.ts'
import type { CreateInput, UpdateInput, UpsertInput, WriteOptions, WriteResult } from '../write.ts'
import { withoutKey } from '../without-key.ts'
import { isObject, type Json, objectsIn, textIn } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type HubSpotApi, idIn, jsonBody, objectPath } from './api.ts'
import { type ApiError, parseApiError, toApiError } from './error-body.ts'
import { classify, rowResult } from './errors.ts'
import { keysOf } from './read.ts'
import { fromWire, lookupKey, toWire } from './values.ts'

type WriteKind = 'create' | 'update' | 'upsert'

/** One input on its way: what is sent, and how it is recognised in the answer. */
interface Traced {
  readonly traceId: string
  readonly body: Json
  /** The record's id, for updates. */
  readonly id: string | null
  /** The unique value that the record will hold, normalised. */
  readonly unique: { readonly field: string; readonly value: string } | null
}

export async function create(
  api: HubSpotApi,
  inputs: readonly CreateInput[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const type = await api.typeOf(options.object)
  const trace = tracer(api)
  const traced = inputs.map(({ values, uniqueField }) => ({
    ...trace({ properties: wireValues(values) }),
    id: null,
    unique: uniqueOf(type, uniqueField, values),
  }))
  return write(api, 'create', type, traced, options)
}

/** Addressed by record ids, so no `idProperty`: HubSpot takes the id itself for no unique property. */
export async function update(
  api: HubSpotApi,
  inputs: readonly UpdateInput[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const type = await api.typeOf(options.object)
  const trace = tracer(api)
  const traced = inputs.map(({ id, values }) => ({
    ...trace({ id, properties: wireValues(values) }),
    id,
    unique: null,
  }))
  return write(api, 'update', type, traced, options)
}

/**
 * The unique value goes out as the id, and as a property too, so that answers without trace ids can
 * be matched by it. Not so an email: a secondary one would become the primary one of its contact.
 */
export async function upsert(
  api: HubSpotApi,
  inputs: readonly UpsertInput[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const type = await api.typeOf(options.object)
  const trace = tracer(api)
  const traced = inputs.map(({ uniqueField, values }) => {
    const unique = uniqueOf(type, uniqueField, values)
    if (unique === null) throw withoutKey(uniqueField)
    const { [uniqueField]: _, ...others } = values
    const key = uniqueField === 'email' ? {} : { [uniqueField]: unique.value }
    const properties = { ...wireValues(others), ...key }
    const body = { id: unique.value, idProperty: uniqueField, properties }
    return { ...trace(body), id: null, unique }
  })
  return write(api, 'upsert', type, traced, options)
}

/** Archives. The answer has no body and ignores missing ids: `written` only means accepted. */
export async function archive(
  api: HubSpotApi,
  ids: readonly string[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const type = await api.typeOf(options.object)
  await api.client.call({
    method: 'POST',
    path: `${objectPath(type)}/batch/archive`,
    endpoint: 'POST /crm/v3/objects/{object}/batch/archive',
    body: { inputs: ids.map((id) => ({ id })) },
    effect: 'write',
    budgets: [api.burst],
    corrected: api.burst,
    signal: options.signal,
    beforeSend: options.beforeSend,
    parse: () => null,
  })
  return ids.map((id) => ({ status: 'written', id, created: false, values: {} }))
}

/** Trace ids are unique per batch by their number, and between batches by chance. */
function tracer(api: HubSpotApi): (body: Json) => Pick<Traced, 'traceId' | 'body'> {
  const batch = Math.floor(api.random() * 2 ** 48).toString(36)
  let sequence = 0
  return (body) => {
    sequence += 1
    const traceId = `${batch}-${sequence}`
    return { traceId, body: { ...body, objectWriteTraceId: traceId } }
  }
}

function wireValues(values: Readonly<Record<string, CrmValue>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toWire(value)]))
}

function uniqueOf(
  type: string,
  field: string | null,
  values: Readonly<Record<string, CrmValue>>,
): Traced['unique'] {
  const value = field === null ? null : (values[field] ?? null)
  if (field === null || value === null || value === '') return null
  return { field, value: lookupKey(type, field, value) }
}

async function write(
  api: HubSpotApi,
  kind: WriteKind,
  type: string,
  inputs: readonly Traced[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  if (inputs.length === 0) return []
  const answer = await api.client.call({
    method: 'POST',
    path: `${objectPath(type)}/batch/${kind}`,
    endpoint: `POST /crm/v3/objects/{object}/batch/${kind}`,
    body: { inputs: inputs.map((input) => input.body) },
    effect: 'write',
    budgets: [api.burst],
    corrected: api.burst,
    signal: options.signal,
    beforeSend: options.beforeSend,
    // A whole refusal of a batch of one is that record's own, see `alone`.
    accepts: inputs.length === 1 ? [400, 409] : [],
    parse: (response) => response,
  })
  return answer.status < 300 ? match(kind, type, inputs, batchBody(answer)) : [alone(answer)]
}

/** Neither results nor errors: the answer says nothing of what was done. */
function batchBody(response: HttpResponse): Json {
  const body = jsonBody(response)
  if (Array.isArray(body['results']) || Array.isArray(body['errors'])) return body
  const message = `HubSpot answered ${response.status} with neither results nor errors`
  const { status } = response
  throw new RequestFailure({ kind: 'unknown', status, reason: 'unreadable', message })
}

/** Only a refusal in HubSpot's own words, of the input rather than of the request, is a record's. */
function alone(response: HttpResponse): WriteResult {
  const failure = classify(response, 'write')
  const error = parseApiError(response.body)
  if (failure === null || failure.kind === 'poisoned') {
    if (error !== null && error.category !== null) return rowResult(error)
  }
  throw failure ?? new Error(`unexpected status ${response.status}`)
}

interface Result {
  readonly id: string
  readonly traceId: string | null
  readonly isNew: boolean
  readonly properties: Json
}

/** Finds each input's result or error. One that has neither, or both, must be read back. */
export function match(
  kind: WriteKind,
  type: string,
  inputs: readonly Traced[],
  body: Json,
): readonly WriteResult[] {
  const results = objectsIn(body, 'results').flatMap(toResult)
  const errors = objectsIn(body, 'errors').map(toApiError)
  const claimed = claims(type, inputs, results)
  return inputs.map((input) => {
    const result = claimed.get(input)
    const error = errors.find((candidate) => concerns(candidate, input))
    if (result !== undefined && error === undefined) return written(kind, result)
    if (error !== undefined && result === undefined) return rowResult(error)
    return { status: 'unaccounted' }
  })
}

function toResult(result: Json): readonly Result[] {
  const id = idIn(result, 'id')
  if (id === null) return []
  const properties = isObject(result['properties']) ? result['properties'] : {}
  const traceId = textIn(result, 'objectWriteTraceId')
  return [{ id, traceId, isNew: result['new'] === true, properties }]
}

/** Trace ids first; what they leave is matched by what the record is known by, each result once. */
function claims(
  type: string,
  inputs: readonly Traced[],
  results: readonly Result[],
): ReadonlyMap<Traced, Result> {
  const claimed = new Map<Traced, Result>()
  const byTrace = new Map(results.map((result) => [result.traceId, result]))
  for (const input of inputs) {
    const result = byTrace.get(input.traceId)
    if (result !== undefined) claimed.set(input, result)
  }
  const taken = new Set(claimed.values())
  const untraced = results.filter((result) => result.traceId === null && !taken.has(result))
  const byId = new Map(untraced.map((result) => [result.id, result]))
  const field = inputs.find((input) => input.unique !== null)?.unique?.field
  const byValue = new Map(
    field === undefined
      ? []
      : untraced.flatMap((result) =>
          keysOf(type, field, result.properties).map((key) => [key, result] as const),
        ),
  )
  for (const input of inputs) {
    if (claimed.has(input)) continue
    const own = input.id === null ? undefined : byId.get(input.id)
    const result = own ?? (input.unique === null ? undefined : byValue.get(input.unique.value))
    if (result === undefined || taken.has(result)) continue
    claimed.set(input, result)
    taken.add(result)
  }
  return claimed
}

function concerns(error: ApiError, input: Traced): boolean {
  const traces = error.context['objectWriteTraceId']
  if (traces !== undefined) return traces.includes(input.traceId)
  const ids = error.context['ids'] ?? error.context['id'] ?? []
  return ids.some((id) => id === input.id || id === input.unique?.value)
}

function written(kind: WriteKind, result: Result): WriteResult {
  const values = Object.fromEntries(
    Object.entries(result.properties).map(([name, value]) => [name, fromWire(value)]),
  )
  const created = kind === 'create' || (kind === 'upsert' && result.isNew)
  return { status: 'written', id: result.id, created, values }
}
