/** sObject Collections: up to 200 records in a request, 200 in answer even where every one of them failed. */
import { refused } from './api-error.ts'
import {
  attributeType,
  booleanOption,
  bodyObject,
  listOf,
  memberOf,
  param,
  parserError,
  reply,
  typeNamed,
  typeParam,
} from './call.ts'
import type { Call, Reply } from './call.ts'
import { runRows } from './collection.ts'
import { normalId } from './ids.ts'
import { isJsonObject, shown } from './json.ts'
import type { Json, JsonObject } from './json.ts'
import type { ObjectType } from './object-type.ts'
import { keyText } from './records.ts'
import type { StoredRecord } from './records.ts'
import { createRecord, deleteRecord, updateRecord } from './record-write.ts'
import { recordView, visibleNamed } from './record-view.ts'
import { keyed, upsertKey, upsertRecord } from './upsert.ts'
import type { WireRecord, WireSaveResult, WireUpsertResult } from './wire.ts'
import { writeContext } from './write-context.ts'

const mostRecords = 200
const mostChunks = 10
const mostRead = 2000

export function createMany(call: Call): Reply<readonly WireSaveResult[]> {
  const { rows, allOrNone } = recordsIn(call)
  const context = writeContext(call)
  const results = runRows(call, rows, allOrNone, (row): WireSaveResult => {
    const id = createRecord(context, typeNamed(call, row.type), row.record)
    return { id, success: true, errors: [] }
  })
  return reply(200, results)
}

export function updateMany(call: Call): Reply<readonly WireSaveResult[]> {
  const { rows, allOrNone } = recordsIn(call)
  const context = writeContext(call)
  const seen = new Set<string>()
  const results = runRows(call, rows, allOrNone, (row): WireSaveResult => {
    const type = typeNamed(call, row.type)
    const before = storedRecord(call, memberOf(row.record, 'id'), type)
    if (seen.has(before.id)) throw refused('DUPLICATE_VALUE', `duplicate id in list: ${before.id}`)
    seen.add(before.id)
    updateRecord(context, type, before, row.record)
    return { id: before.id, success: true, errors: [] }
  })
  return reply(200, results)
}

export function upsertMany(call: Call): Reply<readonly WireUpsertResult[]> {
  const { rows, allOrNone } = recordsIn(call)
  const type = typeParam(call)
  const context = writeContext(call)
  const key = upsertKey(context, type, param(call, 'field'))
  const seen = new Set<string>()
  const results = runRows(call, rows, allOrNone, (row): WireUpsertResult => {
    if (call.org.findType(row.type) !== type) {
      throw refused('INVALID_TYPE', `all records must be of type ${type.name}`)
    }
    const given = memberOf(row.record, key.name) ?? null
    if (key.type !== 'id' && (given === null || given === '')) {
      throw refused('MISSING_ARGUMENT', `${key.name} not specified`)
    }
    const text = keyText(key, given === null ? '' : shown(given))
    if (text !== '' && seen.has(text)) {
      throw refused('DUPLICATE_VALUE', `Duplicate external id specified: ${shown(given)}`, [
        key.name,
      ])
    }
    seen.add(text)
    const matches = keyed(context, type, key, given)
    if (matches.length > 1) {
      const message = `${key.name}: more than one record found for external id field: [${matches.join(', ')}]`
      throw refused('DUPLICATE_EXTERNAL_ID', message, [key.name])
    }
    const { [key.name]: _key, ...rest } = row.record
    const { id, created } = upsertRecord(context, type, key, given, matches, rest)
    return { id, success: true, errors: [], created }
  })
  return reply(200, results)
}

export function deleteMany(call: Call): Reply<readonly WireSaveResult[]> {
  const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '')
  if (ids.length === 0) throw refused('MISSING_ARGUMENT', 'ids is missing')
  refuseMore(ids.length, mostRecords)
  const context = writeContext(call)
  const allOrNone = booleanOption(call.query.get('allOrNone') ?? false)
  const results = runRows(call, ids, allOrNone, (given): WireSaveResult => {
    const before = storedRecord(call, given, null)
    deleteRecord(context, typeOf(call, before.id), before)
    return { id: before.id, success: true, errors: [] }
  })
  return reply(200, results)
}

/** Records in the order of the ids, null for those that are not there. */
export function readMany(call: Call): Reply<readonly (WireRecord | null)[]> {
  const type = typeParam(call)
  const body = call.body === null || call.body === '' ? null : bodyObject(call)
  const listed = (name: string): readonly string[] =>
    body === null ? (call.query.get(name) ?? '').split(',') : listOf(body[name], name).map(shown)
  const ids = listed('ids')
  refuseMore(ids.length, mostRead)
  const fields = listed('fields').map((name) => visibleNamed(call, type, name.trim()))
  const id = visibleNamed(call, type, 'Id')
  const table = call.org.table(type)
  const records = ids.map((given) => {
    const record = table.get(normalId(given) ?? '')
    if (record === null || record.deletedAt !== null) return null
    return recordView(call, type, record, [...new Set([...fields, id])])
  })
  return reply(200, records)
}

interface Row {
  readonly type: string
  readonly record: JsonObject
}

function recordsIn(call: Call): { rows: readonly Row[]; allOrNone: boolean } {
  const body = bodyObject(call)
  const records = listOf(body['records'], 'records')
  refuseMore(records.length, mostRecords)
  const rows = records.map((record) => {
    const type = isJsonObject(record) ? attributeType(record) : null
    if (!isJsonObject(record) || type === null) {
      throw parserError('every record must be an object with attributes.type')
    }
    return { type, record }
  })
  const chunks = rows.filter(({ type }, index) => index === 0 || rows[index - 1]?.type !== type)
  if (chunks.length > mostChunks) {
    const message = `Cannot have more than ${mostChunks} chunks in a single operation. Please rearrange the data to reduce chunking.`
    throw refused('LIMIT_EXCEEDED', message)
  }
  return { rows, allOrNone: booleanOption(body['allOrNone']) }
}

function refuseMore(count: number, most: number): void {
  if (count <= most) return
  const message = `record limit reached. cannot submit more than ${most} records into this call`
  throw refused('EXCEEDED_ID_LIMIT', message)
}

/** The record of an id in a row; every reason against it is the row's own. */
function storedRecord(call: Call, given: Json | undefined, type: ObjectType | null): StoredRecord {
  const id = typeof given === 'string' ? normalId(given) : null
  if (given === undefined || given === null) {
    throw refused('MISSING_ARGUMENT', 'Id not specified in an update call')
  }
  if (id === null) throw refused('MALFORMED_ID', `malformed id ${shown(given)}`, ['Id'])
  const found = call.org.typeOfId(id)
  const record = call.org.findRecord(id)
  const readable = found !== null && call.permissions.may(found, 'read')
  if (record === null || !readable || (type !== null && found !== type)) {
    throw refused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
  }
  return record
}

function typeOf(call: Call, id: string): ObjectType {
  const type = call.org.typeOfId(id)
  if (type === null) throw refused('MALFORMED_ID', `malformed id ${id}`, ['Id'])
  return type
}
