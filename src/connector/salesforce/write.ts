/**
 * Writes by collections, 200 records each, every one for itself (`allOrNone: false`). The answer is
 * 200 whatever became of them; it has a result for each record, in the order of the request.
 */
import type { CrmValue } from '../../model/operation.ts'
import type { CreateInput, UpdateInput, UpsertInput, WriteOptions, WriteResult } from '../write.ts'
import { withoutKey } from '../without-key.ts'
import { isObject, type Json, textIn } from '../http/json.ts'
import { askForRecords, type DataRequest, jsonList, type SalesforceApi } from './api.ts'
import { withGone } from './deleted-record.ts'
import { problemsOf } from './error-body.ts'
import { type Refused, rowResult } from './errors.ts'
import { recordId } from './record-id.ts'
import { locksParent, type ParentKey, parentKeysOf } from './schema.ts'
import type { SObject } from './sobject.ts'
import { stored, toWire } from './values.ts'

type Values = Readonly<Record<string, CrmValue>>

/** One record on its way. */
interface Outgoing extends Refused {
  /** The record's id, where it is known before. */
  readonly id: string | null
  readonly values: Values
  readonly locked?: Values
}

/** What values are turned into requests by. */
export interface Shape {
  readonly sobject: SObject
  readonly parents: ReadonlyMap<string, ParentKey>
}

export async function create(
  api: SalesforceApi,
  inputs: readonly CreateInput[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const outgoing = inputs.map((input) => ({ kind: 'create' as const, id: null, ...input }))
  return write(api, outgoing, options, (_shape, records) => ({
    method: 'POST',
    path: '/composite/sobjects',
    endpoint: 'POST /composite/sobjects',
    body: { allOrNone: false, records },
  }))
}

export async function update(
  api: SalesforceApi,
  inputs: readonly UpdateInput[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const outgoing = inputs.map((input) => ({ kind: 'update' as const, uniqueField: null, ...input }))
  const results = await write(api, outgoing, options, (_shape, records) => ({
    method: 'PATCH',
    path: '/composite/sobjects',
    endpoint: 'PATCH /composite/sobjects',
    body: { allOrNone: false, records },
  }))
  const ids = inputs.map(({ id }) => id)
  return withGone(api, ids, results, options)
}

export async function upsert(
  api: SalesforceApi,
  inputs: readonly UpsertInput[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const outgoing = inputs.map((input) => {
    const key = input.values[input.uniqueField] ?? ''
    if (key === '') throw withoutKey(input.uniqueField)
    return { kind: 'upsert' as const, id: null, ...input }
  })
  const field = encodeURIComponent(inputs[0]?.uniqueField ?? '')
  return write(api, outgoing, options, ({ sobject }, records) => ({
    method: 'PATCH',
    path: `/composite/sobjects/${sobject.name}/${field}`,
    endpoint: 'PATCH /composite/sobjects/{object}/{field}',
    body: { allOrNone: false, records },
  }))
}

export async function remove(
  api: SalesforceApi,
  ids: readonly string[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const outgoing = ids.map((id) => ({ kind: 'delete', id, values: {}, uniqueField: null }) as const)
  return send(api, outgoing, options, {
    method: 'DELETE',
    path: `/composite/sobjects?ids=${ids.join(',')}&allOrNone=false`,
    endpoint: 'DELETE /composite/sobjects',
  })
}

type Request = Pick<DataRequest<unknown>, 'method' | 'path' | 'endpoint' | 'body'>

/** Rows that Salesforce could not even read are refused here: they would take all others with them. */
async function write(
  api: SalesforceApi,
  inputs: readonly Outgoing[],
  options: WriteOptions,
  request: (shape: Shape, records: readonly Json[]) => Request,
): Promise<readonly WriteResult[]> {
  const shape = await shapeOf(api, options.object, inputs)
  const refusals = inputs.map((input) => refusal(shape, input))
  const sent = inputs.filter((_input, at) => refusals[at] === null)
  const records = sent.map((input) => toRecord(shape, input))
  const results = await api.turns.run(parentsOf(shape, sent), () =>
    send(
      api,
      sent.map((input) => ({
        ...input,
        values: storedValues(shape, input.values),
        hasReferences: hasReferences(shape, input.values),
      })),
      options,
      request(shape, records),
    ),
  )
  const answers = results.values()
  return refusals.map((refused) => refused ?? answers.next().value ?? { status: 'unaccounted' })
}

export async function shapeOf(
  api: SalesforceApi,
  object: string,
  inputs: readonly { readonly values: Values }[],
): Promise<Shape> {
  const sobject = await api.sobject(object)
  const hasParents = inputs.some(({ values }) => Object.keys(values).some(isPath))
  const parents = hasParents ? await parentKeysOf(api, sobject) : []
  return { sobject, parents: new Map(parents.map((parent) => [parent.name, parent])) }
}

function isPath(name: string): boolean {
  return name.includes('.')
}

/** A checkbox is true or false: null for one makes the whole request unreadable. */
export function refusal(
  { sobject }: Shape,
  { values }: { readonly values: Values },
): WriteResult | null {
  const empty = Object.keys(values).find((name) => {
    const isBoolean = sobject.fields.get(name.toLowerCase())?.type === 'boolean'
    return isBoolean && (values[name] ?? '') === ''
  })
  if (empty === undefined) return null
  const message = `${empty}: a checkbox is true or false and can't be empty`
  return { status: 'rejected', reason: 'value.empty', message }
}

/** The parents that the records name, or have as it is, each once. */
export function parentsOf(
  { sobject, parents }: Shape,
  inputs: readonly { readonly values: Values; readonly locked?: Values }[],
): readonly string[] {
  const locks = (name: string): boolean => {
    const field = parents.get(name)?.reference ?? sobject.fields.get(name.toLowerCase())
    return field !== undefined && locksParent(field)
  }
  const named = inputs.flatMap(({ values, locked = {} }) => [
    ...Object.entries(values).filter(([name]) => locks(name)),
    ...Object.entries(locked),
  ])
  const texts = named.flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]))
  return [...new Set(texts)]
}

export function hasReferences({ sobject, parents }: Shape, values: Values): boolean {
  return Object.keys(values).some(
    (name) => parents.has(name) || sobject.fields.get(name.toLowerCase())?.type === 'reference',
  )
}

function toRecord({ sobject, parents }: Shape, { id, values }: Outgoing): Json {
  const record: Record<string, unknown> = { attributes: { type: sobject.name } }
  if (id !== null) record['id'] = id
  for (const [name, value] of Object.entries(values)) {
    const parent = parents.get(name)
    const field = sobject.fields.get(name.toLowerCase())
    if (parent === undefined) record[name] = field === undefined ? value : toWire(field, value)
    // No parent is no record id; an empty external id names nobody.
    else if (stored(parent.key, value) === null) record[parent.reference.name] = null
    else record[parent.relationship] = { [parent.key.name]: toWire(parent.key, value) }
  }
  return record
}

/** What the fields hold afterwards; the answer does not repeat it. */
export function storedValues({ sobject, parents }: Shape, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const field = parents.get(name)?.key ?? sobject.fields.get(name.toLowerCase())
      return [name, field === undefined ? value : stored(field, value)]
    }),
  )
}

async function send(
  api: SalesforceApi,
  inputs: readonly Outgoing[],
  { signal, beforeSend }: WriteOptions,
  request: Request,
): Promise<readonly WriteResult[]> {
  if (inputs.length === 0) return []
  const results = await askForRecords(api, {
    ...request,
    effect: 'write',
    signal,
    beforeSend,
    parse: jsonList,
  })
  return match(inputs, results)
}

/** Results by their place. In an answer of another length nobody knows whose each is, but for ids. */
export function match(
  inputs: readonly Outgoing[],
  results: readonly unknown[],
): readonly WriteResult[] {
  if (results.length === inputs.length) {
    return inputs.map((input, at) => resultOf(input, results[at]))
  }
  const byId = new Map(
    results.filter(isObject).map((result) => [recordId(textIn(result, 'id') ?? ''), result]),
  )
  return inputs.map((input) => {
    const known = input.id === null ? null : recordId(input.id)
    return known === null ? { status: 'unaccounted' } : resultOf(input, byId.get(known))
  })
}

function resultOf(input: Outgoing, result: unknown): WriteResult {
  if (!isObject(result)) return { status: 'unaccounted' }
  const { errors } = result
  if (result['success'] === false)
    return rowResult(problemsOf(Array.isArray(errors) ? errors : []), input)
  const id = recordId(textIn(result, 'id') ?? '')
  const isOther = input.id !== null && recordId(input.id) !== id
  if (result['success'] !== true || id === null || isOther) return { status: 'unaccounted' }
  const created = input.kind === 'create' || (input.kind === 'upsert' && result['created'] === true)
  return { status: 'written', id, created, values: input.values }
}
