/**
 * Lookup by fields that are not unique. The search only names candidates: its index lags behind
 * writes and compares without case, so each candidate is read back and must still hold the value.
 */
import {
  type ReadOptions,
  type RecordsByValue,
  type RemoteRecord,
  RequestFailure,
} from '../connector.ts'
import { type Json, objectsIn } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type HubSpotApi, nextAfter, objectPath, resultsBody } from './api.ts'
import { searchPages } from './limits.ts'
import { foundIn, readById } from './read.ts'
import { lookupKey } from './values.ts'

export async function search(
  api: HubSpotApi,
  field: string,
  values: readonly string[],
  options: ReadOptions,
): Promise<RecordsByValue> {
  const type = await api.typeOf(options.object)
  const folded = (value: string): string => lookupKey(type, field, value).trim().toLowerCase()
  const keys = [...new Set(values.map(folded))].filter(Boolean)
  const ids = new Set<string>()
  for (const chunk of chunks(field, keys)) {
    for (const id of await candidates(api, type, field, chunk, options.signal)) ids.add(id)
  }
  const fields = [...new Set([...options.fields, field])]
  const hits = new Map<string, RemoteRecord[]>()
  // Merges lead several candidates to one record: it is listed once.
  const records = new Map(
    [...(await readById(api, [...ids], { ...options, fields })).values()].map((record) => [
      record.id,
      record,
    ]),
  )
  for (const record of records.values()) {
    const value = record.values[field]
    if (value === null || value === undefined) continue
    const key = folded(value)
    hits.set(key, [...(hits.get(key) ?? []), only(record, options.fields)])
  }
  const found = values.flatMap((value) => {
    const list = hits.get(folded(value))
    return list === undefined ? [] : [[value, list] as const]
  })
  return new Map(found)
}

function only(record: RemoteRecord, fields: readonly string[]): RemoteRecord {
  const values = Object.entries(record.values).filter(([name]) => fields.includes(name))
  return { id: record.id, values: Object.fromEntries(values) }
}

async function candidates(
  api: HubSpotApi,
  type: string,
  field: string,
  values: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const budget = await api.search()
  const ids: string[] = []
  let after: string | null = null
  do {
    if (Number(after ?? 0) >= searchPages.end) throw tooMany(field)
    const body: Json = await api.client.call({
      method: 'POST',
      path: `${objectPath(type)}/search`,
      endpoint: 'POST /crm/v3/objects/{object}/search',
      body: question(field, values, after),
      effect: 'read',
      budgets: [budget],
      signal,
      // Later pages may be empty: what they list can go away between two of them.
      parse: after === null ? countedBody : resultsBody,
    })
    ids.push(...foundIn(body).map((record) => record.id))
    after = nextAfter(body)
  } while (after !== null)
  return ids
}

/** No hits and a total that says otherwise is an answer that went wrong: a record is there. */
function countedBody(response: HttpResponse): Json {
  const body = resultsBody(response)
  const isEmpty = objectsIn(body, 'results').length === 0 && nextAfter(body) === null
  if (!isEmpty || body['total'] === 0) return body
  const { status } = response
  const message = `HubSpot answered a search with ${status}, without results and without a total of 0`
  throw new RequestFailure({ kind: 'unknown', status, reason: 'unreadable', message })
}

function question(field: string, values: readonly string[], after: string | null): object {
  return {
    filterGroups: [{ filters: [{ propertyName: field, operator: 'IN', values }] }],
    sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
    properties: [field],
    limit: searchPages.size,
    ...(after === null ? {} : { after }),
  }
}

/** As many values per request as the documented length of a body allows. */
export function chunks(field: string, values: readonly string[]): readonly (readonly string[])[] {
  const room = searchPages.bodyLength - JSON.stringify(question(field, [], '10000')).length
  const result: string[][] = []
  let current: string[] = []
  let used = 0
  for (const value of values) {
    const length = JSON.stringify(value).length + 1
    if (length > room) throw tooLong(field, value)
    if (used + length > room || current.length === searchPages.values) {
      result.push(current)
      current = []
      used = 0
    }
    current.push(value)
    used += length
  }
  if (current.length > 0) result.push(current)
  return result
}

function tooLong(field: string, value: string): RequestFailure {
  const message = `HubSpot's search takes no value of ${value.length} characters (field ${field})`
  return new RequestFailure({ kind: 'poisoned', reason: 'lookup.too_long', message })
}

function tooMany(field: string): RequestFailure {
  const message = `more than ${searchPages.end} records share the asked values of ${field}`
  return new RequestFailure({ kind: 'poisoned', reason: 'search.too_many', message })
}
