/**
 * Reads by id, by a unique value and by search. HubSpot answers batches in any order, says nothing
 * of ids that were merged away, and only its single-record GET follows merges; so every asked id or
 * value that the answer does not account for is asked for singly before it counts as absent.
 */
import type { CrmValue } from '../../model/operation.ts'
import {
  type ReadOptions,
  type RecordsById,
  type RecordsByValue,
  type RemoteRecord,
  RequestFailure,
} from '../connector.ts'
import { isObject, type Json, objectsIn } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type HubSpotApi, idIn, jsonBody, objectPath, resultsBody } from './api.ts'
import { toApiError } from './error-body.ts'
import { classify, isNotFound } from './errors.ts'
import { pages } from './limits.ts'
import { additionalEmails, fromWire, lookupKey, typeIdOf } from './values.ts'

/** A record as read, with all properties of the answer, not only the asked ones. */
interface Found {
  readonly id: string
  readonly properties: Json
}

interface BatchAnswer {
  readonly found: readonly Found[]
  /** Ids or values that HubSpot says it does not have. */
  readonly missing: ReadonlySet<string>
}

export async function readById(
  api: HubSpotApi,
  ids: readonly string[],
  options: ReadOptions,
): Promise<RecordsById> {
  const type = await api.typeOf(options.object)
  const asked = [...new Set(ids)]
  const found = await foundById(api, type, asked, options)
  const survivors = await survivorsOf(
    api,
    type,
    asked.filter((id) => !found.has(id)),
    options,
  )
  const unread = [...new Set(survivors.values())].filter((id) => !found.has(id))
  for (const [id, record] of await foundById(api, type, unread, options)) found.set(id, record)
  const records = new Map<string, RemoteRecord>()
  for (const id of asked) {
    const record = found.get(survivors.get(id) ?? id)
    if (record !== undefined) records.set(id, toRemote(record, options.fields))
    else if (survivors.has(id)) throw inconsistent(options.object, id)
  }
  return records
}

/** Found under its own id a moment ago, and then left out of an answer: not the same as gone. */
function inconsistent(object: string, id: string): RequestFailure {
  const message = `HubSpot resolves record ${id} of ${object} but left it out of a batch read`
  return new RequestFailure({ kind: 'unknown', status: 200, reason: 'unaccounted', message })
}

async function foundById(
  api: HubSpotApi,
  type: string,
  ids: readonly string[],
  options: ReadOptions,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (let from = 0; from < ids.length; from += pages.read) {
    const page = ids.slice(from, from + pages.read)
    const answer = await batchRead(api, type, { ids: page, fields: options.fields }, options.signal)
    for (const record of answer.found) found.set(record.id, record)
  }
  return found
}

/** For ids a batch left out: the id each one resolves to now; those that are gone are absent. */
async function survivorsOf(
  api: HubSpotApi,
  type: string,
  ids: readonly string[],
  options: ReadOptions,
): Promise<ReadonlyMap<string, string>> {
  const survivors = new Map<string, string>()
  await inParallel(ids, async (id) => {
    const found = await findOne(api, type, id, null, options.signal)
    if (found !== null) survivors.set(id, found)
  })
  return survivors
}

export async function readByValue(
  api: HubSpotApi,
  field: string,
  values: readonly string[],
  options: ReadOptions,
): Promise<RecordsByValue> {
  if (field === 'hs_object_id') {
    const records = await readById(api, values, options)
    return new Map([...records].map(([id, record]) => [id, [record]]))
  }
  const type = await api.typeOf(options.object)
  const keys = [...new Set(values.map((value) => lookupKey(type, field, value)))].filter(Boolean)
  const byEmail = typeIdOf(type) === '0-1' && field === 'email'
  const keyFields = byEmail ? ['email', 'hs_additional_emails'] : [field]
  const fields = [...new Set([...options.fields, ...keyFields])]
  const found = new Map<string, Found>()
  for (let from = 0; from < keys.length; from += pages.read) {
    const ids = keys.slice(from, from + pages.read)
    const answer = await batchRead(api, type, { ids, fields, idProperty: field }, options.signal)
    for (const record of answer.found) {
      for (const key of keysOf(type, field, record.properties)) found.set(key, record)
    }
    const missing = new Set([...answer.missing].map((value) => lookupKey(type, field, value)))
    const open = ids.filter((key) => !found.has(key) && !missing.has(key))
    const singly = await foundSingly(api, type, field, open, { ...options, fields })
    for (const [key, record] of singly) found.set(key, record)
  }
  const records = new Map<string, readonly RemoteRecord[]>()
  for (const value of values) {
    const record = found.get(lookupKey(type, field, value))
    if (record !== undefined) records.set(value, [toRemote(record, options.fields)])
  }
  return records
}

/**
 * For values a batch neither found nor missed. Asked singly, HubSpot only says which record it is: the fields
 * are read by a batch again, since an address holds the names of a few only.
 */
async function foundSingly(
  api: HubSpotApi,
  type: string,
  field: string,
  values: readonly string[],
  options: ReadOptions,
): Promise<ReadonlyMap<string, Found>> {
  const holders = new Map<string, string>()
  await inParallel(values, async (value) => {
    if (encodeURIComponent(value).length > longestPathValue) throw tooLong(field, value)
    const id = await findOne(api, type, value, field, options.signal)
    if (id !== null) holders.set(value, id)
  })
  const records = await foundById(api, type, [...new Set(holders.values())], options)
  const found = [...holders].map(([value, id]): [string, Found] => {
    const record = records.get(id)
    if (record === undefined) throw inconsistent(options.object, id)
    return [value, record]
  })
  return new Map(found)
}

/** HubSpot's gateway refuses addresses of more than about 16,000 characters. */
const longestPathValue = 8_000

function tooLong(field: string, value: string): RequestFailure {
  const message = `HubSpot looks up no value of ${value.length} characters (field ${field})`
  return new RequestFailure({ kind: 'poisoned', reason: 'lookup.too_long', message })
}

/** Every value by which HubSpot finds this record; secondary addresses are keys as well. */
export function keysOf(type: string, field: string, properties: Json): readonly string[] {
  const own = fromWire(properties[field])
  const keys = own === null ? [] : [lookupKey(type, field, own)]
  if (typeIdOf(type) !== '0-1' || field !== 'email') return keys
  return [...keys, ...additionalEmails(fromWire(properties['hs_additional_emails']))]
}

interface BatchQuestion {
  readonly ids: readonly string[]
  readonly fields: readonly string[]
  readonly idProperty?: string
}

async function batchRead(
  api: HubSpotApi,
  type: string,
  question: BatchQuestion,
  signal: AbortSignal | undefined,
): Promise<BatchAnswer> {
  if (question.ids.length === 0) return { found: [], missing: new Set() }
  const { ids, fields, idProperty } = question
  const inputs = ids.map((id) => ({ id }))
  const key = idProperty === undefined ? {} : { idProperty }
  const body = await api.client.call({
    method: 'POST',
    path: `${objectPath(type)}/batch/read`,
    endpoint: 'POST /crm/v3/objects/{object}/batch/read',
    body: { ...key, inputs, properties: fields, propertiesWithHistory: [] },
    effect: 'read',
    budgets: [api.burst],
    corrected: api.burst,
    signal,
    parse: resultsBody,
  })
  const missing = objectsIn(body, 'errors')
    .map(toApiError)
    .filter((error) => error.category === 'OBJECT_NOT_FOUND')
    .flatMap((error) => error.context['ids'] ?? [])
  return { found: foundIn(body), missing: new Set(missing) }
}

export function foundIn(body: Json): readonly Found[] {
  return objectsIn(body, 'results').flatMap((result) => {
    const id = idIn(result, 'id')
    if (id === null || result['archived'] === true) return []
    return [{ id, properties: isObject(result['properties']) ? result['properties'] : {} }]
  })
}

/** The id of the record that an id, or a value of a unique property, leads to, merges followed; null for none. */
async function findOne(
  api: HubSpotApi,
  type: string,
  id: string,
  idProperty: string | null,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const query = new URLSearchParams({ properties: 'hs_object_id' })
  if (idProperty !== null) query.set('idProperty', idProperty)
  const body = await api.client.call({
    method: 'GET',
    path: `${objectPath(type)}/${encodeURIComponent(id)}?${query.toString()}`,
    endpoint: 'GET /crm/v3/objects/{object}/{id}',
    effect: 'read',
    budgets: [api.burst],
    corrected: api.burst,
    signal,
    accepts: [404],
    parse: (response) => (response.status === 404 ? absence(response) : jsonBody(response)),
  })
  const found = body === null ? null : idIn(body, 'id')
  if (body === null || body['archived'] === true) return null
  if (found === null) throw inconsistent(type, id)
  return found
}

/** Only HubSpot's own word counts: a gateway's 404 page must not make a record look deleted. */
function absence(response: HttpResponse): null {
  if (isNotFound(response)) return null
  throw classify(response, 'read') ?? new Error(`unexpected status ${response.status}`)
}

/** A few at a time: the budget paces them, this only bounds the open connections. */
export async function inParallel<T>(
  list: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  const queue = list.values()
  const worker = async (): Promise<void> => {
    for (const one of queue) await work(one)
  }
  await Promise.all(Array.from({ length: Math.min(8, list.length) }, worker))
}

/** Asked fields only; one that the answer leaves out does not exist. */
export function toRemote(record: Found, fields: readonly string[]): RemoteRecord {
  const values: Record<string, CrmValue> = {}
  for (const field of fields) {
    if (field in record.properties) values[field] = fromWire(record.properties[field])
  }
  return { id: record.id, values }
}
